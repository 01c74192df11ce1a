import type { Direction, Exchange } from '../../model/exchange.ts';

/** More requests than this wait for answers in one direction only when answers are lost; then the oldest is given up. */
const MAX_WAITING = 65_536;

/**
 * Requests that wait for their answers. RFC 6733 section 6.2: an answer carries the request's Hop-by-Hop Identifier, which
 * is unique among the requests that one side has sent on a connection; so the two directions are kept apart.
 */
export class RequestTable {
  readonly #waiting: readonly [Map<number, Exchange>, Map<number, Exchange>] = [new Map(), new Map()];
  readonly #giveUp: (exchange: Exchange) => void;

  /** `giveUp` is called with requests that wait no longer. */
  constructor(giveUp: (exchange: Exchange) => void) {
    this.#giveUp = giveUp;
  }

  /** A request that waits under the same identifier was sent again before its answer: it is given up. */
  add(direction: Direction, hopByHopId: number, exchange: Exchange): void {
    const waiting = this.#waiting[direction];
    this.#remove(waiting, hopByHopId);
    if (waiting.size >= MAX_WAITING) this.#remove(waiting, waiting.keys().next().value!);
    waiting.set(hopByHopId, exchange);
  }

  /** The request that waits, without taking it out. */
  peek(direction: Direction, hopByHopId: number): Exchange | undefined {
    return this.#waiting[direction].get(hopByHopId);
  }

  /** The request that an answer with this command code belongs to. `direction` is the request's. */
  take(direction: Direction, hopByHopId: number, commandCode: number): Exchange | undefined {
    const exchange = this.#waiting[direction].get(hopByHopId);
    if (exchange?.request?.kind !== 'diameter' || exchange.request.commandCode !== commandCode) return undefined;
    this.#waiting[direction].delete(hopByHopId);
    return exchange;
  }

  /** Gives up every request of a direction. */
  clear(direction: Direction): void {
    for (const exchange of this.#waiting[direction].values()) this.#giveUp(exchange);
    this.#waiting[direction].clear();
  }

  #remove(waiting: Map<number, Exchange>, hopByHopId: number): void {
    const exchange = waiting.get(hopByHopId);
    if (exchange === undefined) return;
    waiting.delete(hopByHopId);
    this.#giveUp(exchange);
  }
}
