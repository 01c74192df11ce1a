import { createStore, type StoreApi } from 'zustand/vanilla';
import { type Client, valuesChangedCode } from '../../app/api/contract.ts';
import type { ValuesReader } from '../../app/mesh/aspen/values-problems.ts';
import type { Platform } from '../platform.ts';
import { EngineError, messageOf } from '../transport/engine-error.ts';
import { beginHistory, redone, type TextHistory, undone, written } from '../ui/text-history.ts';
import { chooseValuesFile, newValuesFile, readValuesFile, saveValuesFile, type ValuesFile } from './values-file.ts';

/** What would take the place of a text with changes that are not saved. */
export type Replacing = 'open' | 'new' | 'reload';

export interface ValuesEditorState {
  /** The cluster that the values are for; null where none was said. */
  readonly clusterId: string | null;
  readonly reader: ValuesReader;
  readonly file: ValuesFile;
  readonly history: TextHistory;
  /** Asked for, and waiting for the user to give their changes up; null. */
  readonly asked: Replacing | null;
  /** What went wrong last; ''. */
  readonly failure: string;
  /** The failure is that the file was changed on disk. */
  readonly isChanged: boolean;
}

/** An override values file that is being edited. It stays when its dialog is closed, with what is not saved. */
export class ValuesEditor {
  readonly store: StoreApi<ValuesEditorState> = createStore<ValuesEditorState>(() => ({
    clusterId: null,
    reader: 'exclusions',
    file: newValuesFile,
    history: beginHistory(''),
    asked: null,
    failure: '',
    isChanged: false,
  }));
  readonly #client: Client;
  readonly #platform: Platform;

  constructor(client: Client, platform: Platform) {
    this.#client = client;
    this.#platform = platform;
  }

  get isDirty(): boolean {
    return isDirty(this.store.getState());
  }

  /** Whose values they are from now on. */
  aimAt(clusterId: string | null, reader: ValuesReader | null): void {
    this.store.setState({ clusterId, ...(reader === null ? {} : { reader }) });
  }

  /** Whose values they are, from the cluster itself; while it cannot be asked, the user says. */
  async aimAtCluster(clusterId: string): Promise<void> {
    this.aimAt(clusterId, null);
    try {
      const { inventory } = await this.#client.request('clusters.inventory', { id: clusterId });
      if (this.store.getState().clusterId === clusterId) this.aimAt(clusterId, inventory.aspen?.schema ?? 'own');
    } catch {
      // Its card says why it cannot be asked.
    }
  }

  /** @param by what writes it: the text's editor, or a field of the form */
  write(text: string, by: string): void {
    const history = written(this.store.getState().history, text, by, Date.now());
    this.store.setState({ history, failure: '', isChanged: false });
  }

  /** Changes the text as `change` does; where that cannot be done, says why. */
  edit(change: (text: string) => string, by: string): void {
    try {
      this.write(change(this.store.getState().history.text), by);
    } catch (error) {
      this.store.setState({ failure: `The value cannot be set: ${messageOf(error)}.`, isChanged: false });
    }
  }

  undo(): void {
    this.store.setState(({ history }) => ({ history: undone(history) }));
  }

  redo(): void {
    this.store.setState(({ history }) => ({ history: redone(history) }));
  }

  /** Replaces the text; asks first where changes would be lost. */
  async replace(by: Replacing): Promise<void> {
    if (this.isDirty && this.store.getState().asked !== by) return this.store.setState({ asked: by });
    this.store.setState({ asked: null });
    await this.#try(async () => {
      const file = await this.#replacement(by);
      if (file) this.store.setState({ file, history: beginHistory(file.savedText) });
    });
  }

  keep(): void {
    this.store.setState({ asked: null });
  }

  /** Whether it was saved. */
  async save(how: { readonly elsewhere?: boolean; readonly anyway?: boolean } = {}): Promise<boolean> {
    const { file, history } = this.store.getState();
    const options = { elsewhere: how.elsewhere ?? false, anyway: how.anyway ?? false };
    let isSaved = false;
    await this.#try(async () => {
      const saved = await saveValuesFile(file, history.text, options, this.#platform, this.#client);
      if (saved) this.store.setState({ file: saved });
      isSaved = saved !== null;
    });
    return isSaved;
  }

  #replacement(by: Replacing): Promise<ValuesFile | null> {
    const { target } = this.store.getState().file;
    if (by === 'new') return Promise.resolve(newValuesFile);
    if (by === 'reload' && target) return readValuesFile(target, this.#client);
    return chooseValuesFile(this.#platform, this.#client);
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.store.setState({ failure: '', isChanged: false });
    } catch (error) {
      const isChanged = error instanceof EngineError && error.code === valuesChangedCode;
      this.store.setState({ failure: messageOf(error), isChanged });
    }
  }
}

/** Who writes into a line of the text, as `write` is told. */
export function lineWriter(line: number): string {
  return `line ${line}`;
}

/** The last change was typed into the text. */
export function isTyped(by: string): boolean {
  return by.startsWith('line ');
}

/** There are changes that are not saved. */
export function isDirty({ file, history }: Pick<ValuesEditorState, 'file' | 'history'>): boolean {
  return file.savedText !== history.text;
}
