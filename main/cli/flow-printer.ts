import type { Order } from '../../app/api/types.ts';
import type { Session } from '../engine/session/session.ts';

/** How flows become text. */
export interface FlowFormat {
  /** Of one flow. */
  line(id: number): string;
  /** Before the first flow, between two, and after the last. */
  readonly begin: string;
  readonly separator: string;
  readonly end: string;
}

const byArrival: Order = { column: 'id', descending: false };
/** Flows printed, or looked at by a filter that reads details, in one turn. */
const turn = 500;
/** Flows that one which is not over yet holds up at most. */
const maximumHeldUp = 20_000;

export interface FlowPrinterOptions {
  readonly format: FlowFormat;
  readonly write: (text: string) => Promise<void>;
  /**
   * How long a flow may hold up those after it until it is over, and wait for being joined with what another sidecar saw of it.
   * Milliseconds; infinite where only the order counts.
   */
  readonly patience: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/**
 * Prints the flows of a session that match, in the order of their arrival, each as soon as it and those before it are over,
 * while the file is still being read. One that takes too long is passed over and comes when it is over. What is to be printed
 * waits in the session, not in memory.
 */
export class FlowPrinter {
  readonly #session: Session;
  readonly #filter: string;
  readonly #options: FlowPrinterOptions;
  /** All flows below were printed, or are late. */
  #next = 0;
  /** All flows below were there for longer than anybody has to wait for them. */
  #old = 0;
  /** How many flows there were, and when, the earliest first. */
  #counts: { readonly count: number; readonly at: number }[] = [];
  /** Passed over, and not printed yet. */
  #late: number[] = [];
  #begun = false;

  /** @throws InvalidFilter */
  constructor(session: Session, filter: string, options: FlowPrinterOptions) {
    this.#session = session;
    this.#filter = filter;
    this.#options = options;
    this.#view();
  }

  /** Prints what is over by now. */
  async advance(): Promise<void> {
    const { count: total } = this.#session.flows;
    this.#grow(total);
    const from = this.#next;
    const passed = new Set<number>();
    while (this.#next < total) {
      const isSettled = this.#isSettled(this.#next);
      if (!isSettled && this.#next >= this.#old && total - this.#next <= maximumHeldUp) break;
      if (!isSettled) passed.add(this.#next);
      this.#next++;
    }
    await this.#printRange(from, this.#next, (id) => !passed.has(id));
    await this.#printLate();
    this.#late.push(...passed);
  }

  /** Nothing comes any more: prints the rest. */
  async finish(): Promise<void> {
    const { format, write } = this.#options;
    const late = this.#late.sort((a, b) => a - b);
    for (let at = 0; at < late.length; at += turn) await this.#printFlows(late.slice(at, at + turn));
    await this.#printRange(this.#next, this.#session.flows.count, () => true);
    await write((this.#begun ? '' : format.begin) + format.end);
  }

  /** Notes that there are so many flows now, and which of them are old by that. */
  #grow(count: number): void {
    const { now, patience } = this.#options;
    if (patience === Number.POSITIVE_INFINITY) return;
    const at = now();
    if (count > (this.#counts.at(-1)?.count ?? 0)) this.#counts.push({ count, at });
    while (this.#counts.length > 0 && this.#counts[0]!.at <= at - patience) this.#old = this.#counts.shift()!.count;
  }

  #view() {
    return this.#session.flows.index.query(this.#filter, byArrival);
  }

  /** It is over, and will not be joined with what another sidecar saw of it, or has waited long enough for that. */
  #isSettled(id: number): boolean {
    const row = this.#session.flows.index.find(id);
    if (row === null) return true;
    const mayBeJoined = row.vantage === 'consumer' || row.vantage === 'producer';
    return row.state !== 'open' && (!mayBeJoined || id < this.#old);
  }

  async #printRange(from: number, to: number, isWanted: (id: number) => boolean): Promise<void> {
    for (let next = from; next < to; ) {
      const view = this.#completeView();
      const place = firstPlace(view.matching, (at) => view.ids(at, 1)[0]! >= next);
      const found = view.ids(place, turn);
      next = (found.at(-1) ?? to) + 1;
      await this.#print(found.filter((id) => id < to && isWanted(id)));
    }
  }

  /** Prints of those that were passed over what is over by now. Each is looked at in its turn, so that many cost no more. */
  async #printLate(): Promise<void> {
    const looked = this.#late.splice(0, turn);
    const settled = new Set(looked.filter((id) => this.#isSettled(id)));
    this.#late.push(...looked.filter((id) => !settled.has(id)));
    await this.#printFlows([...settled]);
  }

  /** Prints of these flows the ones that match. */
  async #printFlows(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    const view = this.#completeView();
    await this.#print(ids.filter((id) => view.locate(id) >= 0));
  }

  /** The flows that match, all of them looked at. */
  #completeView() {
    const view = this.#view();
    while (view.advance(turn) > 0);
    return view;
  }

  async #print(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    const { format, write } = this.#options;
    const text = ids.map((id) => format.line(id)).join(format.separator);
    await write((this.#begun ? format.separator : format.begin) + text);
    this.#begun = true;
  }
}

/** The first of `length` places that has what all after it have, too. */
function firstPlace(length: number, has: (at: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (has(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
