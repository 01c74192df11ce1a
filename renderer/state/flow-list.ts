import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiError, Client } from '../../app/api/contract.ts';
import type { FlowRow, FlowsChanged, FlowWindow, Order } from '../../app/api/types.ts';
import type { Viewport } from '../flows/viewport.ts';
import { EngineError, messageOf } from '../transport/engine-error.ts';
import { counted, freshTail, scrolled, type Tail, tailEdge, togglePause } from './tail.ts';
import { pagesAround, WindowCache } from './window-cache.ts';

export interface FlowListState {
  readonly filter: string;
  readonly order: Order;
  /** Totals of the session as told last. */
  readonly changed: FlowsChanged;
  /** Grows when the rows at hand changed: the rows are in `FlowList.cache`, not in the store. */
  readonly revision: number;
  /** The first window of this filter and order arrived. */
  readonly loaded: boolean;
  readonly tail: Tail;
  readonly selection: Selection | null;
  readonly error: ApiError | null;
}

/** The selected flow. `index` is where it stood last; the flow counts, not the place. */
export interface Selection {
  readonly id: number;
  readonly index: number;
}

export const arrivalOrder: Order = { column: 'id', descending: false };

const shortestPause = 50;
/** Rows asked for beyond the known end while following: what may come during one request. */
const tailReserve = 256;
const overscan = 16;

const emptyState: FlowListState = {
  filter: '',
  order: arrivalOrder,
  changed: { version: 0, total: 0, open: 0 },
  revision: 0,
  loaded: false,
  tail: freshTail,
  selection: null,
  error: null,
};

/**
 * Pulls the visible window of rows: one request at a time, at most one for each 50 ms, drawn in an animation frame.
 * When flows come in above what is read, the window moves with them, so that the reader sees no movement.
 */
export class FlowList {
  readonly store: StoreApi<FlowListState> = createStore(() => emptyState);
  readonly cache = new WindowCache();
  readonly viewport: Viewport;
  readonly #client: Client;
  /** Counts queries; an answer to an older one is dropped. */
  #query = 0;
  #asking = false;
  #scheduled = false;
  #lastAsked = 0;

  constructor(client: Client, viewport: Viewport) {
    this.#client = client;
    this.viewport = viewport;
    client.on('flows.changed', (changed) => this.#changed(changed));
    viewport.subscribe(() => this.#scrolled());
  }

  setFilter(filter: string): void {
    if (filter !== this.#state.filter) this.#restart({ filter });
  }

  setOrder(order: Order): void {
    this.#restart({ order });
  }

  /** Another session, or a new connection: nothing at hand is valid. */
  reset(): void {
    this.#restart({ selection: null, changed: emptyState.changed });
  }

  /** The connection is back, on the same session as far as known: what is seen is asked for again. */
  reload(): void {
    this.cache.clear();
    this.#query++;
    this.#asking = false;
    this.#schedule();
  }

  togglePause(): void {
    this.store.setState(({ tail }) => ({ tail: togglePause(tail) }));
    if (this.#state.tail.mode !== 'paused') {
      this.#scrolled();
      this.#schedule();
    }
  }

  /** Goes to where new flows come in, and stays there. */
  follow(): void {
    const edge = tailEdge(this.#state.order);
    if (edge === 'none') return;
    this.store.setState(({ tail }) => ({ tail: { ...tail, mode: 'following', seen: tail.matching } }));
    this.#toEdge();
    this.#schedule();
  }

  select(selection: Selection | null): void {
    this.store.setState({ selection });
  }

  /** Moves the selection by rows, clamped to the list, and brings it into view. */
  async moveSelection(rows: number): Promise<void> {
    const { selection } = this.#state;
    const { first, last } = this.viewport.visible;
    if (!selection) return this.selectAt(rows >= 0 ? first : last);
    const index = await this.#currentIndex(selection);
    return this.selectAt(index < 0 ? first : index + rows);
  }

  async selectAt(index: number): Promise<void> {
    const target = Math.max(0, Math.min(index, this.viewport.count - 1));
    if (this.viewport.count === 0) return;
    this.viewport.reveal(target);
    const row = this.cache.rowAt(target) ?? (await this.#rowAt(target));
    if (row) this.select({ id: row.id, index: target });
  }

  /** Brings a flow into view, wherever it stands, and selects it. False when it does not match the filter. */
  async revealFlow(id: number): Promise<boolean> {
    const position = await this.#locate(id);
    if (position < 0) return false;
    this.viewport.reveal(position);
    this.select({ id, index: position });
    return true;
  }

  get #state(): FlowListState {
    return this.store.getState();
  }

  #restart(change: Partial<FlowListState>): void {
    this.#query++;
    this.#asking = false;
    this.cache.clear();
    this.store.setState((state) => ({
      ...state,
      ...change,
      loaded: false,
      error: null,
      tail: freshTail,
      revision: state.revision + 1,
    }));
    this.#schedule();
  }

  #changed(changed: FlowsChanged): void {
    // A smaller version comes from another session.
    if (changed.version < this.#state.changed.version) this.reset();
    this.store.setState({ changed });
    this.#schedule();
  }

  #scrolled(): void {
    const { order, tail, loaded } = this.#state;
    if (!loaded) return;
    const next = scrolled(tail, tailEdge(order), this.viewport.atTop, this.viewport.atBottom);
    if (next !== tail) this.store.setState({ tail: next });
    if (!this.#isCovered()) this.#schedule();
  }

  /** Is all that is seen at hand, as new as wanted? */
  #isCovered(): boolean {
    const { first, last } = this.viewport.visible;
    const { tail, changed } = this.#state;
    return this.cache.covers(first, last, tail.mode === 'paused' ? 0 : changed.version);
  }

  #schedule(): void {
    if (this.#scheduled || this.#asking) return;
    this.#scheduled = true;
    const wait = this.#lastAsked + shortestPause - performance.now();
    if (wait > 0 && this.cache.covers(this.viewport.visible.first, this.viewport.visible.last, 0)) {
      setTimeout(() => requestAnimationFrame(() => this.#ask()), wait);
    } else requestAnimationFrame(() => this.#ask());
  }

  #ask(): void {
    this.#scheduled = false;
    if (this.#asking) return;
    this.#asking = true;
    this.#lastAsked = performance.now();
    const query = this.#query;
    void this.#pull(query).then((again) => {
      if (query !== this.#query) return;
      this.#asking = false;
      if (again) this.#schedule();
    });
  }

  /** One round. True when more has to be asked for. */
  async #pull(query: number): Promise<boolean> {
    const { filter, order, tail, loaded } = this.#state;
    const { first, last } = this.viewport.visible;
    const following = tail.mode === 'following' && loaded && tailEdge(order) === 'bottom';
    const range = pagesAround(first - overscan, last + (following ? tailReserve : overscan));
    try {
      const window = await this.#client.request('flows.window', { filter, order, ...range });
      if (query !== this.#query) return false;
      return await this.#accept(window, query);
    } catch (error) {
      if (query !== this.#query) return false;
      this.#fail(error);
      return false;
    }
  }

  async #accept(window: FlowWindow, query: number): Promise<boolean> {
    const { tail, order, loaded } = this.#state;
    if (tail.mode === 'paused') {
      this.#store(window);
      return !this.#isCovered() && window.rows.length > 0;
    }
    const shift = tail.mode === 'reading' && loaded ? await this.#shiftOfReader(window, query) : 0;
    if (query !== this.#query) return false;
    // Rows of other pages stand elsewhere now.
    if (shift !== 0) this.cache.clear();
    this.#store(window);
    const edge = tailEdge(order);
    const follow = this.#state.tail.mode === 'following' && edge !== 'none';
    this.viewport.setCount(window.matching, follow ? edge : shift);
    this.store.setState(({ tail: now }) => ({ loaded: true, error: null, tail: counted(now, window.matching) }));
    return !this.#isCovered();
  }

  #store(window: FlowWindow): void {
    this.cache.put(window.offset, window.rows, window.version);
    this.store.setState((state) => {
      const { selection } = state;
      const moved =
        selection && this.cache.rowAt(selection.index)?.id !== selection.id ? this.cache.indexOf(selection.id) : -1;
      return {
        revision: state.revision + 1,
        selection: selection && moved >= 0 ? { id: selection.id, index: moved } : selection,
      };
    });
  }

  /** By how many rows the first row that is read moved down. */
  async #shiftOfReader(window: FlowWindow, query: number): Promise<number> {
    const { first } = this.viewport.visible;
    const anchor = this.cache.rowAt(first);
    if (!anchor || window.rows[first - window.offset]?.id === anchor.id) return 0;
    const near = window.rows.findIndex((row) => row.id === anchor.id);
    if (near >= 0) return window.offset + near - first;
    const position = await this.#locate(anchor.id);
    return position < 0 || query !== this.#query ? 0 : position - first;
  }

  #toEdge(): void {
    if (tailEdge(this.#state.order) === 'top') this.viewport.scrollToTop();
    else this.viewport.scrollToBottom();
  }

  async #currentIndex(selection: Selection): Promise<number> {
    if (this.cache.rowAt(selection.index)?.id === selection.id) return selection.index;
    return this.#locate(selection.id);
  }

  async #locate(id: number): Promise<number> {
    const { filter, order } = this.#state;
    try {
      return (await this.#client.request('flows.locate', { id, filter, order })).position;
    } catch {
      return -1;
    }
  }

  async #rowAt(index: number): Promise<FlowRow | undefined> {
    const { filter, order } = this.#state;
    const query = this.#query;
    try {
      const window = await this.#client.request('flows.window', { filter, order, ...pagesAround(index, index) });
      if (query !== this.#query) return undefined;
      this.#store(window);
      return window.rows[index - window.offset];
    } catch {
      return undefined;
    }
  }

  #fail(error: unknown): void {
    // A lost connection has its own place on the screen, and what is drawn stays.
    if (error instanceof EngineError && error.code === 'connection.lost') return;
    const at = error instanceof EngineError && error.at ? { at: error.at } : {};
    const code = error instanceof EngineError ? error.code : 'view';
    this.store.setState({ error: { code, message: messageOf(error), ...at } });
  }
}
