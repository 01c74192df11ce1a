import type { Body, Nanoseconds } from '../../model/exchange.ts';

/** Reads bytes of the body store; null when they are not there. */
export type ReadStored = (offset: number, length: number) => Uint8Array | null;

/** A place in a body that a cursor can go back to. */
export interface BodyMark {
  readonly chunk: number;
  readonly within: number;
  readonly lost: number;
  readonly time: Nanoseconds;
}

/** Bytes that are read from the store at once, where so many follow each other there. */
const BLOCK = 16_384;

/**
 * Walks over a body as it is stored, without holding it. Bytes that are missing from the capture can be passed, not taken.
 */
export class BodyCursor {
  /** When the last byte passed had arrived. */
  time: Nanoseconds = 0n;
  private readonly body: Body;
  private readonly read: ReadStored;
  private chunk = 0;
  /** Bytes of the chunk that were passed. */
  private within = 0;
  /** Missing bytes before the chunk that are still to be passed. */
  private lost: number;
  private block: Uint8Array = new Uint8Array(0);
  private blockOffset = 0;

  constructor(body: Body, read: ReadStored) {
    this.body = body;
    this.read = read;
    this.lost = lostBefore(body, 0);
  }

  mark(): BodyMark {
    return { chunk: this.chunk, within: this.within, lost: this.lost, time: this.time };
  }

  seek(mark: BodyMark): void {
    this.chunk = mark.chunk;
    this.within = mark.within;
    this.lost = mark.lost;
    this.time = mark.time;
  }

  /** The next bytes, at most `length`; fewer at the end and before missing ones. */
  take(length: number): Uint8Array {
    const first = this.run(length);
    if (first.length === length || first.length === 0) return first;
    const bytes = new Uint8Array(Math.min(length, this.body.stored));
    bytes.set(first);
    let filled = first.length;
    while (filled < length) {
      const run = this.run(length - filled);
      if (run.length === 0) break;
      bytes.set(run, filled);
      filled += run.length;
    }
    return bytes.subarray(0, filled);
  }

  /** Passes `length` bytes, missing ones too, and returns how many of them are stored. Stops at the end and before a hole of unknown length. */
  skip(length: number): number {
    let left = length;
    let stored = 0;
    while (left > 0 && this.settle()) {
      const chunk = this.body.chunks[this.chunk]!;
      this.time = chunk.time;
      if (this.lost > 0) {
        const step = Math.min(left, this.lost);
        this.lost -= step;
        left -= step;
      } else {
        const step = Math.min(left, chunk.length - this.within);
        this.within += step;
        stored += step;
        left -= step;
      }
    }
    return stored;
  }

  /** Bytes that lie side by side in the store. */
  private run(length: number): Uint8Array {
    if (length === 0 || !this.settle() || this.lost > 0) return this.block.subarray(0, 0);
    const chunk = this.body.chunks[this.chunk]!;
    const offset = chunk.offset + this.within;
    let at = offset - this.blockOffset;
    if (at < 0 || at >= this.block.length) {
      const bytes = this.read(offset, Math.min(chunk.length - this.within, Math.max(BLOCK, length)));
      if (bytes === null) return this.block.subarray(0, 0);
      this.block = bytes;
      this.blockOffset = offset;
      at = 0;
    }
    // The block may have been read for another chunk that lies before this one and go on beyond it.
    const step = Math.min(length, this.block.length - at, chunk.length - this.within);
    this.within += step;
    this.time = chunk.time;
    return this.block.subarray(at, at + step);
  }

  /** Goes on to the next chunk where one is used up; false at the end and before a hole of unknown length. */
  private settle(): boolean {
    const { chunks } = this.body;
    while (this.chunk < chunks.length && this.lost === 0 && this.within === chunks[this.chunk]!.length) {
      this.chunk++;
      this.within = 0;
      this.lost = lostBefore(this.body, this.chunk);
    }
    return this.chunk < chunks.length && this.lost !== Number.POSITIVE_INFINITY;
  }
}

function lostBefore(body: Body, chunk: number): number {
  const lost = body.chunks[chunk]?.lostBefore;
  if (lost === undefined) return 0;
  return lost === 0 ? Number.POSITIVE_INFINITY : lost;
}
