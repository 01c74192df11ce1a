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
/** Flows that one which is not over yet holds up at most; it comes last then. */
const maximumHeldUp = 20_000;

/**
 * Prints the flows of a session that match, in the order of their arrival, each as soon as it and those before it are over,
 * while the file is still being read. What is to be printed waits in the session, not in memory.
 */
export class FlowPrinter {
  readonly #session: Session;
  readonly #filter: string;
  readonly #format: FlowFormat;
  readonly #write: (text: string) => Promise<void>;
  /** All flows below were printed, or are late. */
  #next = 0;
  readonly #late: number[] = [];
  #begun = false;

  /** @throws InvalidFilter */
  constructor(session: Session, filter: string, format: FlowFormat, write: (text: string) => Promise<void>) {
    this.#session = session;
    this.#filter = filter;
    this.#format = format;
    this.#write = write;
    this.#view();
  }

  /** Prints what is over by now. */
  async advance(): Promise<void> {
    const from = this.#next;
    const { count: total } = this.#session.flows;
    const late = new Set<number>();
    while (this.#next < total) {
      const settled = this.#isSettled(this.#next);
      if (!settled && total - this.#next <= maximumHeldUp) break;
      if (!settled) late.add(this.#next);
      this.#next++;
    }
    this.#late.push(...late);
    await this.#print(from, this.#next, (id) => !late.has(id));
  }

  /** The file has ended: prints the rest. */
  async finish(): Promise<void> {
    const late = new Set(this.#late);
    if (late.size > 0) await this.#print(0, this.#next, (id) => late.has(id));
    await this.#print(this.#next, this.#session.flows.count, () => true);
    await this.#write((this.#begun ? '' : this.#format.begin) + this.#format.end);
  }

  #view() {
    return this.#session.flows.index.query(this.#filter, byArrival);
  }

  /** It is over, and will not be joined with what another sidecar saw of it. */
  #isSettled(id: number): boolean {
    const row = this.#session.flows.index.find(id);
    if (row === null) return true;
    const mayBeJoined = row.vantage === 'consumer' || row.vantage === 'producer';
    return row.state !== 'open' && !mayBeJoined;
  }

  async #print(from: number, to: number, isWanted: (id: number) => boolean): Promise<void> {
    for (let next = from; next < to; ) {
      const view = this.#view();
      while (view.advance(turn) > 0);
      const place = firstPlace(view.matching, (at) => view.ids(at, 1)[0]! >= next);
      const found = view.ids(place, turn);
      const ids = found.filter((id) => id < to && isWanted(id));
      next = (found.at(-1) ?? to) + 1;
      if (ids.length === 0) continue;
      const text = ids.map((id) => this.#format.line(id)).join(this.#format.separator);
      await this.#write((this.#begun ? this.#format.separator : this.#format.begin) + text);
      this.#begun = true;
    }
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
