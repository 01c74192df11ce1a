import type { Direction, Nanoseconds } from '../../model/exchange.ts';
import { HEADER_LENGTH, judgeMessage, MAX_MESSAGE_LENGTH, readUnsigned24 } from './header.ts';

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
  skipped(direction: Direction, offset: number, count: number, time: Nanoseconds): void;
}

/**
 * Cuts one direction of a stream into messages by their length field. After a gap, in the middle of a connection and
 * after bytes that cannot be a header it looks for the next place where header and AVPs are sound. It holds no more than
 * one message (`MAX_MESSAGE_LENGTH`) and one packet.
 */
export class DiameterFramer {
  readonly #direction: Direction;
  readonly #events: FramerEvents;
  /** The beginning of a message whose rest has not come; while synchronised it starts with a sound header. */
  #pending = new Uint8Array(0);
  #pendingLength = 0;
  #pendingTime: Nanoseconds = 0n;
  /** The rest of a message that a gap has cut. */
  #toPassOver = 0;
  #synchronised: boolean;
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
    let from = Math.min(this.#toPassOver, bytes.length);
    this.#toPassOver -= from;
    if (this.#pendingLength > 0) {
      if (this.#synchronised && this.#pendingLength >= 4) {
        const length = readUnsigned24(this.#pending, 1);
        const taken = Math.min(length - this.#pendingLength, bytes.length - from);
        this.#keep(bytes, from, from + taken);
        if (this.#pendingLength < length) return;
        from += taken;
        this.#pendingLength = 0;
        this.#emit(this.#pending, 0, length, length, this.#pendingTime, time);
      } else {
        const earlier = this.#pendingLength;
        this.#keep(bytes, from, bytes.length);
        const joined = this.#pending.subarray(0, this.#pendingLength);
        this.#pendingLength = 0;
        this.#frame(joined, 0, earlier, this.#pendingTime, time);
        return;
      }
    }
    this.#frame(bytes, from, 0, time, time);
  }

  /** `length` bytes are missing; 0 when nobody knows how many. */
  gap(length: number, time: Nanoseconds): void {
    this.#offset += length;
    const missing = this.#toPassOver + this.#flush(time);
    const within = length > 0 && length <= missing;
    this.#toPassOver = within ? missing - length : 0;
    this.#synchronised = within;
  }

  /** No more bytes come. */
  end(time: Nanoseconds): void {
    this.#flush(time);
    this.#reportSkipped(0, time);
  }

  /** Cuts messages from `at` on. Bytes before `boundary` came at `earlier`, the others at `time`. */
  #frame(bytes: Uint8Array, from: number, boundary: number, earlier: Nanoseconds, time: Nanoseconds): void {
    const end = bytes.length;
    let at = from;
    while (at < end) {
      if (!this.#synchronised) {
        at = this.#search(bytes, at, time);
        if (!this.#synchronised) break;
      }
      const sound = bytes[at] === 1;
      if (sound && end - at < 4) break;
      const length = readUnsigned24(bytes, at + 1);
      if (!sound || length < HEADER_LENGTH || length > MAX_MESSAGE_LENGTH) {
        this.#synchronised = false;
        continue;
      }
      if (end - at < length) break;
      this.#emit(bytes, at, at + length, length, at < boundary ? earlier : time, time);
      at += length;
    }
    if (at < end) {
      this.#pendingTime = at < boundary ? earlier : time;
      this.#keep(bytes, at, end);
    }
  }

  /** Finds where a message begins, and then is synchronised; else returns from where on more bytes are needed to tell. */
  #search(bytes: Uint8Array, from: number, time: Nanoseconds): number {
    const end = bytes.length;
    for (let at = bytes.indexOf(1, from); at >= 0; at = bytes.indexOf(1, at + 1)) {
      const judgement = judgeMessage(bytes, at, end);
      if (judgement === 'no') continue;
      this.#skipped += at - from;
      if (judgement === 'more') return at;
      this.#reportSkipped(end - at, time);
      this.#synchronised = true;
      return at;
    }
    this.#skipped += end - from;
    return end;
  }

  /** Gives up waiting for the rest of the pending message; returns how many bytes it lacks. */
  #flush(time: Nanoseconds): number {
    const held = this.#pendingLength;
    if (held === 0) return 0;
    this.#pendingLength = 0;
    const length = this.#synchronised && held >= 4 ? readUnsigned24(this.#pending, 1) : 0;
    if (length > 0 && held >= HEADER_LENGTH) this.#emit(this.#pending, 0, held, length, this.#pendingTime, time);
    else this.#skipped += held;
    return length > 0 ? length - held : 0;
  }

  #emit(bytes: Uint8Array, start: number, end: number, length: number, first: Nanoseconds, last: Nanoseconds): void {
    this.#events.message({ direction: this.#direction, bytes, start, end, length, first, last });
  }

  /** Reports what was skipped up to `remaining` bytes before the end of what has come. */
  #reportSkipped(remaining: number, time: Nanoseconds): void {
    if (this.#skipped === 0) return;
    this.#events.skipped(this.#direction, this.#offset - remaining - this.#skipped, this.#skipped, time);
    this.#skipped = 0;
  }

  /** Adds bytes to the pending ones; the buffer grows with what really came, not with what a header promises. */
  #keep(bytes: Uint8Array, from: number, to: number): void {
    const needed = this.#pendingLength + to - from;
    if (needed > this.#pending.length) {
      const grown = new Uint8Array(Math.max(needed, this.#pending.length * 2, 512));
      grown.set(this.#pending.subarray(0, this.#pendingLength));
      this.#pending = grown;
    }
    this.#pending.set(bytes.subarray(from, to), this.#pendingLength);
    this.#pendingLength = needed;
  }
}
