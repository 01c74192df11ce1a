import type { DesktopApi, MenuCommand, SchemaPlace } from '../app/api/desktop.ts';
import type { SaveTarget } from '../app/api/session-types.ts';
import { browserPlatform } from './platform-browser.ts';
import { desktopPlatform } from './platform-desktop.ts';
import type { OpenChannel } from './transport/channel.ts';

/** How a transfer tells how far it is, and is told to end. */
export interface TransferWatch {
  readonly signal: AbortSignal;
  /** Bytes. */
  progress(done: number, total: number): void;
}

/** Where the page runs: in the desktop shell or in a browser. All that differs between them goes through here. */
export interface Platform {
  readonly kind: 'desktop' | 'browser';
  /** The key that goes with shortcuts: `⌘` or `Ctrl`. */
  readonly modifier: '⌘' | 'Ctrl';
  /** Ways to the engine. */
  readonly channels: OpenChannel;
  /** Lets the user choose a capture file: its path, or the file itself where that is not told; null when nothing was chosen. */
  chooseCapture(): Promise<string | File | null>;
  /** A path by which the engine can read a file of this page. */
  pathOf(file: File, watch: TransferWatch): Promise<string>;
  /** Lets the user choose places of protobuf schemas; null where that cannot be done and their paths are to be typed. */
  readonly chooseSchemas: ((kind: SchemaPlace) => Promise<readonly string[]>) | null;
  /** Where to save: null when the engine is to offer a download, undefined when the user changed their mind. */
  chooseTarget(name: string): Promise<SaveTarget | null | undefined>;
  /** Lets the user choose an override values file: where it is, or the file itself where that is not told; null when nothing was chosen. */
  chooseValues(): Promise<SaveTarget | File | null>;
  /** Where to save a values file: null when it is to be downloaded, undefined when the user changed their mind. */
  chooseValuesTarget(name: string): Promise<SaveTarget | null | undefined>;
  /** Shows what was saved: the folder with the file, or the download itself. */
  presentSaved(saved: { readonly path: string; readonly download: string }): void;
  /** A capture that the system asks to open: its path. */
  onOpenFile(listener: (path: string) => void): () => void;
  /** Commands of the application menu. */
  onMenu(listener: (command: MenuCommand) => void): () => void;
}

declare global {
  interface Window {
    readonly packetInspector?: DesktopApi;
  }
}

export function detectPlatform(): Platform {
  return window.packetInspector ? desktopPlatform(window.packetInspector) : browserPlatform();
}
