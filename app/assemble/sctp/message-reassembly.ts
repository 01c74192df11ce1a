import type { DataChunk } from '../../packet/sctp/chunks.ts';
import type { MemoryBudget } from '../memory-budget.ts';

/** A piece of a user message, kept. */
export interface Piece {
  readonly first: boolean;
  readonly last: boolean;
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

const following = (tsn: number): number => (tsn + 1) >>> 0;
const preceding = (tsn: number): number => (tsn - 1) >>> 0;

/**
 * Puts the user messages of one sender together: pieces of a message have consecutive TSNs (RFC 9260 section 6.9). A
 * message is handed over when all its pieces are there, without waiting for others: nothing that is read here depends on the
 * order in a stream, and a lost packet then costs its own messages only.
 */
export class MessageReassembly {
  readonly #memory: MemoryBudget;
  readonly #take: MessageTaker;
  readonly #seen = new Set<number>();
  /** By TSN, in the order of arrival. */
  readonly #waiting = new Map<number, Piece>();

  constructor(memory: MemoryBudget, take: MessageTaker) {
    this.#memory = memory;
    this.#take = take;
  }

  add(chunk: DataChunk): void {
    const { tsn, first, last, missing } = chunk;
    if (this.#seen.has(tsn)) return;
    this.#seen.add(tsn);
    if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.values().next().value!);
    if (first && last) {
      this.#take([{ first, last, data: chunk.data, missing }], true);
      return;
    }
    this.#waiting.set(tsn, { first, last, data: chunk.data.slice(), missing });
    this.#memory.hold(chunk.data.length);
    this.#handOver(tsn);
    while (this.#waiting.size > (this.#memory.isExceeded ? 0 : MAX_WAITING_PIECES)) this.#giveUpOldest();
  }

  /** No more pieces come: hands over what there is of unfinished messages. */
  end(): void {
    while (this.#waiting.size > 0) this.#giveUpOldest();
  }

  /** Hands over the message that the piece is part of, if all of it is there. */
  #handOver(tsn: number): void {
    const from = this.#runStart(tsn);
    if (!this.#waiting.get(from)!.first) return;
    const pieces = this.#run(from);
    if (pieces.at(-1)!.last) this.#takeOut(from, pieces, true);
  }

  #giveUpOldest(): void {
    const oldest = this.#waiting.keys().next().value!;
    const from = this.#runStart(oldest);
    this.#takeOut(from, this.#run(from), false);
  }

  /** The first of the consecutive pieces that lead to the one with `tsn`. */
  #runStart(tsn: number): number {
    let at = tsn;
    while (!this.#waiting.get(at)!.first && this.#continues(preceding(at))) at = preceding(at);
    return at;
  }

  /** Whether a piece is there that is not the last of its message. */
  #continues(tsn: number): boolean {
    return this.#waiting.get(tsn)?.last === false;
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
    let tsn = from;
    for (const { data } of pieces) {
      this.#waiting.delete(tsn);
      this.#memory.release(data.length);
      tsn = following(tsn);
    }
    this.#take(pieces, whole);
  }
}
