import type { StoreApi } from 'zustand/vanilla';
import type { SchemaPlace } from '../../app/api/desktop.ts';
import type { EmulatorSelection } from '../../app/api/emulator-types.ts';
import { type SaveFormat, saveFormatTexts } from '../../app/api/save-formats.ts';
import type { SessionEntry } from '../../app/api/session-types.ts';
import type { FlowRow } from '../../app/api/types.ts';
import type { Platform } from '../platform.ts';
import type { EngineClient } from '../transport/engine-client.ts';
import { EngineError, messageOf } from '../transport/engine-error.ts';
import { writeClipboard } from '../ui/clipboard.ts';
import { download } from '../ui/download.ts';
import { formatBytes, plural } from '../ui/format.ts';
import { type CallProgram, callAgainCommand } from './call-again.ts';
import type { FlowList } from './flow-list.ts';
import type { Notices } from './notices.ts';
import { type Preferences, withHistory } from './preferences.ts';
import { withFilter } from './saved-filters.ts';
import { type BodyChoice, wholeBody } from './whole-body.ts';

/** A body to be saved as a file. */
export interface SavedBody extends BodyChoice {
  readonly name: string;
  readonly mediaType: string;
}

/** What the user can do from several places: buttons, keys and the application menu. Failures become notices. */
export class Commands {
  readonly #client: EngineClient;
  readonly #platform: Platform;
  readonly #list: FlowList;
  readonly #preferences: StoreApi<Preferences>;
  readonly #notices: Notices;

  constructor(
    client: EngineClient,
    platform: Platform,
    list: FlowList,
    preferences: StoreApi<Preferences>,
    notices: Notices,
  ) {
    this.#client = client;
    this.#platform = platform;
    this.#list = list;
    this.#preferences = preferences;
    this.#notices = notices;
  }

  applyFilter(filter: string): void {
    this.rememberFilter(filter);
    this.#list.writeFilter(filter);
  }

  /** Has it among the filters that were applied before. */
  rememberFilter(filter: string): void {
    this.#preferences.setState(({ filterHistory }) => ({ filterHistory: withHistory(filterHistory, filter) }));
  }

  saveFilter(name: string, filter: string): void {
    this.#preferences.setState(({ savedFilters }) => ({ savedFilters: withFilter(savedFilters, { name, filter }) }));
  }

  removeFilter(name: string): void {
    const { savedFilters } = this.#preferences.getState();
    this.#preferences.setState({ savedFilters: savedFilters.filter((saved) => saved.name !== name) });
    const undo = { label: 'Undo', run: () => this.#preferences.setState({ savedFilters }) };
    this.#notices.done(`The filter ${name} was removed.`, undo);
  }

  openCapture(): Promise<void> {
    return this.#try(async () => {
      const chosen = await this.#platform.chooseCapture();
      if (chosen instanceof File) await this.#openFile(chosen);
      else if (chosen !== null) await this.#open(chosen);
    });
  }

  /** Opens a capture that the system asks for, perhaps before there is a connection to the engine. */
  openPath(path: string): Promise<void> {
    return this.#try(async () => {
      await this.#client.connected();
      await this.#open(path);
    });
  }

  openDropped(files: readonly File[]): Promise<void> {
    return this.#try(async () => {
      const [file, another] = files;
      if (!file) return;
      if (another) throw new Error('Drop one capture at a time: a session holds one file.');
      await this.#openFile(file);
    });
  }

  /** Reads the file that is shown again, and goes on whenever it grows. */
  follow(path: string): Promise<void> {
    return this.#try(async () => {
      await this.#client.request('session.open', { path, follow: true });
      this.#list.reset('following');
    });
  }

  /** Ends the reading of a file, or the following of one. */
  cancelOpen(): Promise<void> {
    return this.#try(async () => void (await this.#client.request('session.cancelOpen', {})));
  }

  newSession(): Promise<void> {
    return this.#try(async () => {
      await this.#client.request('session.new', {});
      this.#list.reset('following');
    });
  }

  /** Gives the sessions that are left; null when it went wrong. */
  async removeSession(path: string): Promise<readonly SessionEntry[] | null> {
    let left: readonly SessionEntry[] | null = null;
    await this.#try(async () => {
      left = (await this.#client.request('session.remove', { path })).sessions;
    });
    return left;
  }

  /** Saves the flows that match. */
  save(format: SaveFormat): Promise<void> {
    return this.#try(async () => {
      const target = await this.#platform.chooseTarget(`packet-inspector.${format}`);
      if (target === undefined) return;
      const { filter } = this.#list.store.getState();
      const saved = await this.#watched(`Saving as ${saveFormatTexts[format].name}`, () =>
        this.#client.request('session.save', { target, filter, format }),
      );
      this.#presentSaved(saved, `${plural(saved.flows, 'flow')} saved, ${formatBytes(saved.bytes)}.`);
    });
  }

  /** Saves all of a body, as far as it was captured. */
  saveBody({ name, mediaType, ...body }: SavedBody): Promise<void> {
    return this.#try(async () => {
      let cancelled = false;
      const working = this.#notices.working(`Saving ${name}`, () => {
        cancelled = true;
      });
      const watch = { isCancelled: () => cancelled, progress: working.progress };
      const parts = await wholeBody(this.#client, body, watch).finally(() => working.end());
      if (parts !== null) download(name, new Blob(parts, { type: mediaType }));
    });
  }

  /** Reads captures of emulators into a new session; false when that could not be begun, which is told. */
  async readCaptures(selection: EmulatorSelection, follow: boolean): Promise<boolean> {
    let hasBegun = false;
    await this.#try(async () => {
      await this.#client.request('emulator.read', { ...selection, follow });
      this.#list.reset('following');
      hasBegun = true;
    });
    return hasBegun;
  }

  stopReading(): Promise<void> {
    return this.#try(async () => void (await this.#client.request('emulator.stop', {})));
  }

  /** Saves the .bson files of captures of emulators as one. */
  saveCaptures(selection: EmulatorSelection, cluster: string): Promise<void> {
    return this.#try(async () => {
      const target = await this.#platform.chooseTarget(`${cluster}.bson`);
      if (target === undefined) return;
      const saved = await this.#watched('Saving the captures', () =>
        this.#client.request('emulator.save', { ...selection, target }),
      );
      const failed = saved.failed === 0 ? '' : ` ${plural(saved.failed, 'file')} could not be read.`;
      this.#presentSaved(saved, `${plural(saved.files, 'file')} saved, ${formatBytes(saved.bytes)}.${failed}`);
    });
  }

  /** Loads message types of gRPC from these places, in place of those before. */
  loadSchemas(paths: readonly string[]): Promise<void> {
    return this.#try(async () => void (await this.#client.request('schema.load', { paths })));
  }

  /** Lets the user choose places of schemas, which come behind those there are. */
  addSchemas(kind: SchemaPlace): Promise<void> {
    return this.#try(async () => {
      const chosen = (await this.#platform.chooseSchemas?.(kind)) ?? [];
      if (chosen.length === 0) return;
      const { sources } = await this.#client.request('schema.info', {});
      const paths = new Set([...sources.map(({ path }) => path), ...chosen]);
      await this.#client.request('schema.load', { paths: [...paths] });
    });
  }

  openInWireshark(): Promise<void> {
    return this.#try(async () => {
      const { filter } = this.#list.store.getState();
      const result = await this.#watched('Writing the file for Wireshark', () =>
        this.#client.request('wireshark.open', { filter }),
      );
      if (result.started) return this.#notices.done('Wireshark was started with the flows that match.');
      this.#notices.error(`${result.advice} The flows are in ${result.file}.`, {
        label: 'Copy path',
        run: () => this.copy(result.file, 'Path'),
      });
    });
  }

  switchCluster(id: string, on: boolean): Promise<void> {
    return this.#try(
      async () => void (await this.#client.request(on ? 'clusters.enable' : 'clusters.disable', { id })),
    );
  }

  copy(text: string, what: string): void {
    writeClipboard(text).then(
      () => this.#notices.done(`${what} copied.`),
      (error: unknown) => this.#notices.error(messageOf(error)),
    );
  }

  /** Copies a command that makes the call again. */
  copyAsCommand(row: FlowRow, program: CallProgram): Promise<void> {
    return this.#try(async () => {
      this.copy(await callAgainCommand(this.#client, row, program), `${program} command`);
    });
  }

  toggleTheme(): void {
    const dark = document.documentElement.dataset.theme === 'dark';
    this.#preferences.setState({ theme: dark ? 'light' : 'dark' });
  }

  async #open(path: string): Promise<void> {
    await this.#client.request('session.open', { path });
    this.#list.reset('reading');
  }

  /** Opens a file that this page holds: in a browser it goes to the engine first. */
  async #openFile(file: File): Promise<void> {
    const abort = new AbortController();
    const working = this.#notices.working(`Passing ${file.name} to the engine`, () => abort.abort());
    try {
      const path = await this.#platform.pathOf(file, { signal: abort.signal, progress: working.progress });
      working.end();
      // Where the engine has put it says nothing to the user.
      await this.#open(path).catch((error: unknown) => {
        throw new Error(messageOf(error).replaceAll(path, file.name));
      });
    } catch (error) {
      if (!abort.signal.aborted) throw error;
    } finally {
      working.end();
    }
  }

  #presentSaved(saved: { readonly path: string; readonly download: string }, text: string): void {
    if (saved.download) {
      this.#platform.presentSaved(saved);
      this.#notices.done(text);
    } else {
      this.#notices.done(text, { label: 'Show in folder', run: () => this.#platform.presentSaved(saved) });
    }
  }

  /** Shows how far the engine is with a saving, which the user may cancel. */
  async #watched<T>(text: string, save: () => Promise<T>): Promise<T> {
    const working = this.#notices.working(text, () => {
      this.#client.request('session.cancelSave', {}).catch(() => {});
    });
    const forget = this.#client.on('save.progress', ({ done, total }) => working.progress(done, total));
    try {
      return await save();
    } finally {
      forget();
      working.end();
    }
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // Who cancelled it knows.
      if (error instanceof EngineError && error.code === 'save.cancelled') return;
      this.#notices.error(messageOf(error));
    }
  }
}
