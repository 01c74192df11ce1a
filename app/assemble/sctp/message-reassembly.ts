import type { DataChunk } from '../../packet/sctp/chunks.ts';
import type { MemoryBudget } from '../memory-budget.ts';

/** A piece of a user message, kept. */
export interface Piece {
  readonly first: boolean;
  readonly last: boolean;
  /** Null in a piece that does not tell it. */
  readonly payloadProtocol: number | null;
  readonly data: Uint8Array;
  /** Bytes behind `data` that were not captured. */
  readonly missing: number;
}

/** Takes the pieces of one message, in order. `whole` is false when a piece before, between or behind them never came. */
export type MessageTaker = (pieces: readonly Piece[], whole: boolean) => void;

/** TSNs that are remembered in order to know what was sent twice. A sender's window holds far fewer chunks. */
const REMEMBERED = 8192;
/** Beyond this many pieces that wait for others the oldest is given up. */
const MAX_WAITING_PIECES = 2048;

/**
 * Places of pieces: the TSN below this number; above, a number given to the message of interleaved pieces, times this, and
 * the fragment's number.
 */
const PLACES = 2 ** 32;
/** Numbers of interleaved messages are given in turn; so many are never waited for at once. */
const MESSAGE_NUMBERS = 1 << 20;

const following = (place: number): number => (place < PLACES ? (place + 1) >>> 0 : place + 1);
const preceding = (place: number): number => (place < PLACES ? (place - 1) >>> 0 : place - 1);

/**
 * Puts the user messages of one sender together: pieces of a message have consecutive TSNs (RFC 9260 section 6.9), or,
 * where messages are interleaved, consecutive fragment numbers (RFC 8260 section 2.1). A message is handed over when all its pieces are there, without waiting for others: nothing that is read here depends on the
 * order in a stream, and a lost packet then costs its own messages only.
 */
export class MessageReassembly {
  readonly #memory: MemoryBudget;
  readonly #take: MessageTaker;
  readonly #seen = new Set<number>();
  /** Of interleaved messages of which pieces wait, by their identity. */
  readonly #numbers = new Map<string, number>();
  #lastNumber = 0;
  /** By place, in the order of arrival. */
  readonly #waiting = new Map<number, Piece>();

  constructor(memory: MemoryBudget, take: MessageTaker) {
    this.#memory = memory;
    this.#take = take;
  }

  add(chunk: DataChunk): void {
    const { tsn, first, last, missing, payloadProtocol } = chunk;
    if (this.#seen.has(tsn)) return;
    this.#seen.add(tsn);
    if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.values().next().value!);
    if (first && last) {
      this.#take([{ first, last, payloadProtocol, data: chunk.data, missing }], true);
      return;
    }
    const place = this.#placeOf(chunk);
    // A fragment's number that is used twice: the one that came first counts.
    if (this.#waiting.has(place)) return;
    this.#waiting.set(place, { first, last, payloadProtocol, data: chunk.data.slice(), missing });
    this.#memory.hold(chunk.data.length);
    this.#handOver(place);
    while (this.#waiting.size > (this.#memory.isExceeded ? 0 : MAX_WAITING_PIECES)) this.#giveUpOldest();
  }

  /** No more pieces come: hands over what there is of unfinished messages. */
  end(): void {
    while (this.#waiting.size > 0) this.#giveUpOldest();
  }

  #placeOf({ tsn, interleaved }: DataChunk): number {
    if (interleaved === null) return tsn;
    let number = this.#numbers.get(interleaved.message);
    if (number === undefined) {
      number = (this.#lastNumber % MESSAGE_NUMBERS) + 1;
      this.#lastNumber = number;
      this.#numbers.set(interleaved.message, number);
      if (this.#numbers.size > MAX_WAITING_PIECES) this.#numbers.delete(this.#numbers.keys().next().value!);
    }
    return number * PLACES + interleaved.fragment;
  }

  /** Hands over the message that the piece is part of, if all of it is there. */
  #handOver(place: number): void {
    const from = this.#runStart(place);
    if (!this.#waiting.get(from)!.first) return;
    const pieces = this.#run(from);
    if (pieces.at(-1)!.last) this.#takeOut(from, pieces, true);
  }

  #giveUpOldest(): void {
    const oldest = this.#waiting.keys().next().value!;
    const from = this.#runStart(oldest);
    this.#takeOut(from, this.#run(from), false);
  }

  /** The first of the consecutive pieces that lead to the one at `place`. */
  #runStart(place: number): number {
    let at = place;
    while (!this.#waiting.get(at)!.first && this.#continues(preceding(at))) at = preceding(at);
    return at;
  }

  /** Whether a piece is there that is not the last of its message. */
  #continues(place: number): boolean {
    return this.#waiting.get(place)?.last === false;
  }

  #run(from: number): Piece[] {
    const pieces: Piece[] = [];
    for (
      let at = from, piece = this.#waiting.get(at);
      piece !== undefined;
      at = following(at), piece = this.#waiting.get(at)
    ) {
      if (piece.first && at !== from) break;
      pieces.push(piece);
      if (piece.last) break;
    }
    return pieces;
  }

  #takeOut(from: number, pieces: readonly Piece[], whole: boolean): void {
    let place = from;
    for (const { data } of pieces) {
      this.#waiting.delete(place);
      this.#memory.release(data.length);
      place = following(place);
    }
    if (pieces.at(-1)!.last) this.#forget(from);
    this.#take(pieces, whole);
  }

  /** The last piece of an interleaved message went: another may come by its identity, which wraps. */
  #forget(place: number): void {
    if (place < PLACES) return;
    const number = Math.floor(place / PLACES);
    for (const [message, known] of this.#numbers) {
      if (known !== number) continue;
      this.#numbers.delete(message);
      return;
    }
  }
}
