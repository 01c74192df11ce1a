import { ByteQueue } from '../../bytes/byte-queue.ts';
import { u24be } from '../../bytes/integers.ts';
import type { Direction, Nanoseconds } from '../../model/exchange.ts';
import { HEADER_LENGTH, judgeMessage, MAX_MESSAGE_LENGTH } from './header.ts';

/** A message in a stream. Valid during the call only. */
export interface FramedMessage {
  readonly direction: Direction;
  readonly bytes: Uint8Array;
  readonly start: number;
  /** Where its bytes end: before `start + length` when the rest is missing from the capture. */
  readonly end: number;
  /** What its header says. */
  readonly length: number;
  /** Times of the packets with the first and the last byte. */
  readonly first: Nanoseconds;
  readonly last: Nanoseconds;
}

export interface FramerEvents {
  message(message: FramedMessage): void;
  /** `count` bytes from stream offset `offset` on belong to no message. */
  skipped(direction: Direction, offset: number, count: number): void;
}

const NOTHING = new Uint8Array(0);

/**
 * Cuts one direction of a stream into messages by their length field. After a gap, in the middle of a connection and
 * after bytes that cannot be a header it looks for the next place where header and AVPs are sound. It holds no more than
 * one message (`MAX_MESSAGE_LENGTH`) and one packet.
 */
export class DiameterFramer {
  readonly #direction: Direction;
  readonly #events: FramerEvents;
  /** The beginning of a message whose rest has not come. */
  readonly #queue = new ByteQueue();
  #queuedTime: Nanoseconds = 0n;
  /** What comes next, or the queue, begins a message. */
  #synchronised: boolean;
  /** How much of a message that a gap has cut still has to go by. */
  #toPassOver = 0;
  #skipped = 0;
  /** Stream offset of the byte that comes next. */
  #offset = 0;

  constructor(direction: Direction, synchronised: boolean, events: FramerEvents) {
    this.#direction = direction;
    this.#synchronised = synchronised;
    this.#events = events;
  }

  data(bytes: Uint8Array, time: Nanoseconds): void {
    this.#offset += bytes.length;
    const passed = Math.min(this.#toPassOver, bytes.length);
    this.#toPassOver -= passed;
    const queued = this.#queue.length;
    const input = this.#queue.join(passed === 0 ? bytes : bytes.subarray(passed));
    const used = this.#cut(input, queued, time);
    if (used >= queued) this.#queuedTime = time;
    this.#queue.keep(input, used);
  }

  /** `length` bytes are missing; 0 when nobody knows how many. */
  gap(length: number, time: Nanoseconds): void {
    this.#offset += length;
    const missing = this.#toPassOver + this.#giveUp(time);
    const within = length > 0 && length <= missing;
    this.#toPassOver = within ? missing - length : 0;
    this.#synchronised = within;
  }

  /** No more bytes come. */
  end(time: Nanoseconds): void {
    this.#giveUp(time);
    this.#reportSkipped(0);
  }

  /** Reports the whole messages of `input`, whose first `queued` bytes came earlier; returns how much of it is done with. */
  #cut(input: Uint8Array, queued: number, time: Nanoseconds): number {
    const end = input.length;
    let at = 0;
    while (at < end) {
      if (!this.#synchronised) {
        at = this.#search(input, at);
        if (!this.#synchronised) break;
      }
      const sound = input[at] === 1;
      if (sound && end - at < 4) break;
      const length = u24be(input, at + 1);
      if (!sound || length < HEADER_LENGTH || length > MAX_MESSAGE_LENGTH) {
        this.#synchronised = false;
        continue;
      }
      if (end - at < length) break;
      this.#emit(input, at, at + length, length, at < queued ? this.#queuedTime : time, time);
      at += length;
    }
    return at;
  }

  /** Finds where a message begins, and then is synchronised; else returns from where on more bytes are needed to tell. */
  #search(input: Uint8Array, from: number): number {
    const end = input.length;
    for (let at = input.indexOf(1, from); at >= 0; at = input.indexOf(1, at + 1)) {
      const judgement = judgeMessage(input, at, end);
      if (judgement === 'no') continue;
      this.#skipped += at - from;
      if (judgement === 'more') return at;
      this.#reportSkipped(end - at);
      this.#synchronised = true;
      return at;
    }
    this.#skipped += end - from;
    return end;
  }

  /** Stops waiting for the rest of the message in the queue; returns how many bytes it lacks, 0 when that is not known. */
  #giveUp(time: Nanoseconds): number {
    const held = this.#queue.join(NOTHING);
    if (held.length === 0) return 0;
    const length = this.#synchronised && held.length >= 4 ? u24be(held, 1) : 0;
    if (length > 0 && held.length >= HEADER_LENGTH) this.#emit(held, 0, held.length, length, this.#queuedTime, time);
    else this.#skipped += held.length;
    this.#queue.clear();
    return Math.max(0, length - held.length);
  }

  #emit(bytes: Uint8Array, start: number, end: number, length: number, first: Nanoseconds, last: Nanoseconds): void {
    this.#events.message({ direction: this.#direction, bytes, start, end, length, first, last });
  }

  /** Reports what was skipped up to `remaining` bytes before the end of what has come. */
  #reportSkipped(remaining: number): void {
    if (this.#skipped === 0) return;
    this.#events.skipped(this.#direction, this.#offset - remaining - this.#skipped, this.#skipped);
    this.#skipped = 0;
  }
}
