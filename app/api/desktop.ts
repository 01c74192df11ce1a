import type { SaveTarget } from './session-types.ts';

/**
 * What the desktop shell gives the page beside the engine's contract, as `window.packetInspector` (put there by the
 * preload script over Electron's contextBridge). In a browser it is absent. The shell implements this type, the view
 * uses it; only what a page cannot do by itself stands here.
 */
export interface DesktopApi {
  /** Decides whether the view shows Ctrl or Cmd. */
  readonly system: 'macos' | 'windows' | 'linux';

  /**
   * Asks for a new connection to the engine. It arrives as a `message` event on `window` whose data is `enginePortMessage`
   * and whose only transferred port carries `ClientFrame` and `ServerFrame` objects (not text). Ports cannot pass through the
   * contextBridge, so the preload script hands them over with `window.postMessage(enginePortMessage, '*', [port])`.
   * Called again after the engine was lost: the shell starts a new engine first, when the old one is gone.
   */
  connectEngine(): void;

  /** The engine's process ended. `reason` is a sentence for a person. Returns the function that ends the listening. */
  onEngineLost(listener: (reason: string) => void): () => void;

  /** Lets the user choose a capture file; its absolute path, or null when the dialog was cancelled. */
  showOpenDialog(): Promise<string | null>;

  /** Lets the user choose folders or files with protobuf schemas; their absolute paths, none when the dialog was cancelled. */
  showSchemaDialog(kind: SchemaPlace): Promise<readonly string[]>;

  /** The absolute path of a `File` that was dropped onto the page; '' when it is not a file on this machine. */
  pathOfFile(file: object): string;

  /** Lets the user choose where to save, proposing `name`, whose extension is the format. Null when cancelled. */
  showSaveDialog(name: string): Promise<SaveTarget | null>;

  /** Lets the user choose an override values file, to be read and written again. Null when cancelled. */
  showValuesDialog(): Promise<SaveTarget | null>;

  /** Lets the user choose where to save an override values file; `name` is proposed. Null when cancelled. */
  showValuesSaveDialog(name: string): Promise<SaveTarget | null>;

  /** Shows a file that the engine wrote in the system's file manager. */
  showInFolder(path: string): void;

  /** A capture that the system or a second start asks to open; its absolute path. Returns the function that ends the listening. */
  onOpenFile(listener: (path: string) => void): () => void;

  /** Commands of the application menu. Returns the function that ends the listening. */
  onMenu(listener: (command: MenuCommand) => void): () => void;
}

/** What protobuf schemas are loaded from: folders with .proto files; or .proto files and descriptor sets. */
export type SchemaPlace = 'folders' | 'files';

/** Entries of the application menu that the view carries out. */
export type MenuCommand =
  | 'open'
  | 'save'
  | 'save-pcap'
  | 'save-ns-pcap'
  | 'save-har'
  | 'wireshark'
  | 'new-session'
  | 'settings'
  | 'palette'
  | 'panel'
  | 'find'
  | 'toggle-theme'
  | 'keys';

/** `data` of the window message that carries the engine's port. */
export const enginePortMessage = 'packet-inspector:engine-port';
