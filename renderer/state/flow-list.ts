import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiError, Client } from '../../app/api/contract.ts';
import type { FlowRow, FlowsChanged, FlowWindow, Order } from '../../app/api/types.ts';
import type { Viewport } from '../flows/viewport.ts';
import { EngineError, messageOf } from '../transport/engine-error.ts';
import { counted, freshTail, scrolled, stopped, type Tail, type TailMode, tailEdge, togglePause } from './tail.ts';
import { pagesAround, WindowCache } from './window-cache.ts';

export interface FlowListState {
  readonly filter: string;
  /** Grows when the filter came from elsewhere than the box, into which it is then written. */
  readonly written: number;
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

/** By time rather than by arrival, which batches of several pods mix: a call stands above the calls that it made. */
export const defaultOrder: Order = { column: 'time', descending: false };

const shortestPause = 50;
/** Rows asked for beyond the known end while following: what may come during one request. */
const tailReserve = 256;
const overscan = 16;

const emptyState: FlowListState = {
  filter: '',
  written: 0,
  order: defaultOrder,
  changed: { version: 0, total: 0, open: 0 },
  revision: 0,
  loaded: false,
  tail: freshTail('following'),
  selection: null,
  error: null,
};

/**
 * Pulls the visible window of rows: one request at a time, at most one for each 50 ms, begun in an animation frame.
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
    viewport.subscribe((byUser) => this.#moved(byUser));
  }

  setFilter(filter: string): void {
    if (filter !== this.#state.filter) this.#restart({ filter }, this.#state.tail.mode);
  }

  /** Sets a filter and has it written into the box, over what may stand there. */
  writeFilter(filter: string): void {
    this.setFilter(filter);
    this.store.setState(({ written }) => ({ written: written + 1 }));
  }

  setOrder(order: Order): void {
    const { mode } = this.#state.tail;
    this.#restart({ order }, mode === 'following' && tailEdge(order) === 'none' ? 'reading' : mode);
  }

  /** Another session: nothing at hand is valid. A file is read from its beginning, live traffic at its end. */
  reset(mode: TailMode): void {
    this.viewport.scrollToTop();
    this.#restart({ selection: null, changed: emptyState.changed }, mode);
  }

  /** The connection is back: what is seen is asked for again. */
  reload(): void {
    this.cache.clear();
    this.#query++;
    this.#asking = false;
    this.#schedule();
  }

  /** The list has another height: what was followed or selected stays in view. */
  resize(height: number): void {
    const { selection, tail } = this.#state;
    const { first, last } = this.viewport.visible;
    const seen = selection !== null && selection.index >= first && selection.index <= last;
    this.viewport.setHeight(height);
    if (tail.mode === 'following') this.#toEdge();
    else if (seen) this.viewport.reveal(selection.index);
  }

  togglePause(): void {
    this.store.setState(({ tail }) => ({ tail: togglePause(tail) }));
    if (this.#state.tail.mode === 'paused') return;
    this.#moved(true);
    this.#schedule();
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
    this.store.setState(({ tail }) => ({ selection, tail: selection ? stopped(tail) : tail }));
  }

  /** Where a flow stands; -1 when it does not match, or the engine cannot be asked. */
  async locate(id: number): Promise<number> {
    const { filter, order } = this.#state;
    try {
      return (await this.#client.request('flows.locate', { id, filter, order })).position;
    } catch {
      return -1;
    }
  }

  /** The row at a position, pulled when it is not at hand. */
  async rowAt(index: number): Promise<FlowRow | undefined> {
    const known = this.cache.rowAt(index);
    if (known) return known;
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

  get #state(): FlowListState {
    return this.store.getState();
  }

  #restart(change: Partial<FlowListState>, mode: TailMode): void {
    this.#query++;
    this.#asking = false;
    this.cache.clear();
    this.store.setState((state) => ({
      ...change,
      loaded: false,
      error: null,
      tail: freshTail(mode),
      revision: state.revision + 1,
    }));
    this.#schedule();
  }

  #changed(changed: FlowsChanged): void {
    // A smaller version comes from another session.
    if (changed.version < this.#state.changed.version) this.reset('following');
    this.store.setState({ changed });
    this.#schedule();
  }

  #moved(byUser: boolean): void {
    const { order, tail, loaded } = this.#state;
    if (!loaded) return;
    if (byUser) {
      const next = scrolled(tail, tailEdge(order), this.viewport.atTop, this.viewport.atBottom);
      if (next !== tail) this.store.setState({ tail: next });
    }
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
    const { first, last } = this.viewport.visible;
    // What is missing is asked for at once; what is only old can wait.
    const wait = this.cache.covers(first, last, 0) ? this.#lastAsked + shortestPause - performance.now() : 0;
    setTimeout(() => requestAnimationFrame(() => this.#ask()), Math.max(0, wait));
  }

  #ask(): void {
    this.#scheduled = false;
    if (this.#asking || (this.#state.tail.mode === 'paused' && this.#state.loaded && this.#isCovered())) return;
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
      return query === this.#query && (await this.#accept(window, query));
    } catch (error) {
      if (query === this.#query) this.#fail(error);
      return false;
    }
  }

  async #accept(window: FlowWindow, query: number): Promise<boolean> {
    const { tail, order, loaded, selection } = this.#state;
    if (tail.mode === 'paused' && loaded) {
      this.#store(window);
      return !this.#isCovered() && window.rows.length > 0;
    }
    const shift = loaded && tail.mode === 'reading' ? await this.#shiftOfReader(window) : 0;
    const wanted = !loaded && tail.mode !== 'following' && selection ? await this.locate(selection.id) : -1;
    if (query !== this.#query) return false;
    // Rows of other pages stand elsewhere now.
    if (shift !== 0) this.cache.clear();
    this.#store(window);
    const edge = tailEdge(order);
    const place = this.#state.tail.mode === 'following' && edge !== 'none' ? edge : loaded ? shift : 'top';
    this.viewport.setCount(window.matching, place);
    if (wanted >= 0) {
      this.viewport.reveal(wanted);
      this.store.setState({ selection: { id: selection!.id, index: wanted } });
    }
    this.store.setState((state) => ({
      loaded: true,
      error: null,
      tail: counted(state.tail, window.matching),
      changed: newer(state.changed, window),
    }));
    return !this.#isCovered();
  }

  #store(window: FlowWindow): void {
    this.cache.put(window.offset, window.rows, window.version);
    this.store.setState(({ revision, selection }) => {
      const stays = selection === null || this.cache.rowAt(selection.index)?.id === selection.id;
      const index = stays ? -1 : this.cache.indexOf(selection.id);
      return { revision: revision + 1, selection: index >= 0 ? { id: selection!.id, index } : selection };
    });
  }

  /** By how many rows the first row that is read moved down. */
  async #shiftOfReader(window: FlowWindow): Promise<number> {
    const { first } = this.viewport.visible;
    const anchor = this.cache.rowAt(first);
    if (!anchor || window.rows[first - window.offset]?.id === anchor.id) return 0;
    const near = window.rows.findIndex((row) => row.id === anchor.id);
    if (near >= 0) return window.offset + near - first;
    const position = await this.locate(anchor.id);
    return position < 0 ? 0 : position - first;
  }

  #toEdge(): void {
    if (tailEdge(this.#state.order) === 'top') this.viewport.scrollToTop();
    else this.viewport.scrollToBottom();
  }

  #fail(error: unknown): void {
    // A lost connection has its own place on the screen, and what is drawn stays.
    if (error instanceof EngineError && error.code === 'connection.lost') return;
    const at = error instanceof EngineError && error.at ? { at: error.at } : {};
    const code = error instanceof EngineError ? error.code : 'view';
    this.store.setState({ error: { code, message: messageOf(error), ...at } });
  }
}

/** A window tells the totals too: after a connection it is the first that does. */
function newer(changed: FlowsChanged, { version, total }: FlowWindow): FlowsChanged {
  return version > changed.version ? { ...changed, version, total } : changed;
}
