import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Remainder } from '../../app/api/cluster-types.ts';
import type { Client, Result } from '../../app/api/contract.ts';
import type { CaptureOptions, SlotChoice } from '../../app/mesh/capture-options.ts';
import { messageOf } from '../transport/engine-error.ts';
import { plural } from '../ui/format.ts';
import type { Notices } from './notices.ts';

/** What can be opened beside a cluster's card. */
export type ClusterSheet = 'enable' | 'disable' | 'doctor' | 'emulator';

/** How switching on or off goes, or went the last time. */
export type Switching =
  | { readonly to: 'on'; readonly phase: 'running' | 'done' }
  | { readonly to: 'on'; readonly phase: 'failed'; readonly message: string }
  | { readonly to: 'off'; readonly phase: 'running'; readonly slot: SlotChoice }
  | { readonly to: 'off'; readonly phase: 'failed'; readonly slot: SlotChoice; readonly message: string }
  | { readonly to: 'off'; readonly phase: 'done'; readonly slot: SlotChoice; readonly remainder: Remainder };

export interface ClusterControlState {
  /** The sheet that is open; null for none. */
  readonly shown: { readonly sheet: ClusterSheet; readonly id: string } | null;
  /** By cluster id. */
  readonly switching: Readonly<Record<string, Switching>>;
}

/**
 * Switches clusters. What goes on goes on when its sheet is closed: its end is then told by a notice, from which the
 * sheet can be opened again.
 */
export class ClusterControl {
  readonly store: StoreApi<ClusterControlState> = createStore<ClusterControlState>(() => ({
    shown: null,
    switching: {},
  }));
  readonly #client: Client;
  readonly #notices: Notices;

  constructor(client: Client, notices: Notices) {
    this.#client = client;
    this.#notices = notices;
  }

  show(sheet: ClusterSheet, id: string): void {
    this.store.setState({ shown: { sheet, id } });
  }

  hide(): void {
    this.store.setState({ shown: null });
  }

  /** How switching ended is no longer of interest. */
  forget(id: string): void {
    const { [id]: _forgotten, ...switching } = this.store.getState().switching;
    this.store.setState({ switching });
  }

  async enable(id: string, capture: CaptureOptions): Promise<void> {
    this.#set(id, { to: 'on', phase: 'running' });
    try {
      const { cluster } = await this.#client.request('clusters.enable', { id, capture });
      this.#set(id, { to: 'on', phase: 'done' });
      if (this.#isShown('enable', id)) this.hide();
      this.#notices.done(`Capturing in ${cluster.name}: ${plural(cluster.pods, 'pod')}.`);
    } catch (error) {
      this.#set(id, { to: 'on', phase: 'failed', message: messageOf(error) });
      this.#tellFailure('enable', id, messageOf(error));
    }
  }

  /** Opens the sheet with what there is to choose, or with how switching off goes when that goes on already. */
  askDisable(id: string): void {
    if (this.store.getState().switching[id]?.phase !== 'running') this.forget(id);
    this.show('disable', id);
  }

  disable(id: string, slot: SlotChoice): Promise<void> {
    return this.#end(id, slot, () => this.#client.request('clusters.disable', { id, slot }));
  }

  /** Removes all that belongs to Packet Inspector of an Aspen Mesh. */
  uninstall(id: string): Promise<void> {
    return this.#end(id, 'remove', () => this.#client.request('clusters.uninstall', { id }));
  }

  async #end(id: string, slot: SlotChoice, work: () => Promise<Result<'clusters.disable'>>): Promise<void> {
    this.show('disable', id);
    this.#set(id, { to: 'off', phase: 'running', slot });
    try {
      const { cluster, remainder } = await work();
      this.#set(id, { to: 'off', phase: 'done', slot, remainder });
      if (this.#isShown('disable', id)) return;
      const action = { label: 'Show', run: () => this.show('disable', id) };
      if (remainder.left.length === 0) this.#notices.done(offText(cluster.name, remainder), action);
      else this.#notices.error(`${plural(remainder.left.length, 'object')} still there in ${cluster.name}.`, action);
    } catch (error) {
      this.#set(id, { to: 'off', phase: 'failed', slot, message: messageOf(error) });
      this.#tellFailure('disable', id, messageOf(error));
    }
  }

  async extend(id: string, minutes: number | null): Promise<void> {
    try {
      await this.#client.request('clusters.extend', { id, minutes });
    } catch (error) {
      this.#notices.error(messageOf(error));
    }
  }

  #tellFailure(sheet: ClusterSheet, id: string, message: string): void {
    if (!this.#isShown(sheet, id)) this.#notices.error(message, { label: 'Show', run: () => this.show(sheet, id) });
  }

  #isShown(sheet: ClusterSheet, id: string): boolean {
    const { shown } = this.store.getState();
    return shown?.sheet === sheet && shown.id === id;
  }

  #set(id: string, switching: Switching): void {
    this.store.setState((state) => ({ switching: { ...state.switching, [id]: switching } }));
  }
}

function offText(name: string, { kept, spared }: Remainder): string {
  return kept.length === 0
    ? `Nothing of ours ${spared.length === 0 ? '' : 'but the namespace '}is left in ${name}.`
    : `Nothing captures in ${name}; the slot is in place.`;
}
