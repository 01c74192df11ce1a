const NOTHING = new Uint8Array(0);

/**
 * Holds what a decoder could not use yet until more has come. Nothing is copied while nothing is left over:
 *
 *     const input = queue.join(bytes);
 *     const used = decodeWholeMessages(input);
 *     queue.keep(input, used);
 *
 * Memory grows with the bytes that really arrived, by doubling, so that a stream fed byte by byte costs linear time.
 */
export class ByteQueue {
  private buffer = NOTHING;
  private start = 0;
  private end = 0;

  /** Bytes held. */
  get length(): number {
    return this.end - this.start;
  }

  /** What is held, followed by `bytes`; `bytes` itself when nothing is held. Valid until the next call. */
  join(bytes: Uint8Array): Uint8Array {
    if (this.start === this.end) return bytes;
    this.append(bytes);
    return this.buffer.subarray(this.start, this.end);
  }

  /** Holds `input` (what `join` returned) from offset `used` on for the next time. */
  keep(input: Uint8Array, used: number): void {
    if (used >= input.length) {
      this.clear();
    } else if (this.start !== this.end) {
      this.start = this.end - (input.length - used);
    } else {
      this.append(used === 0 ? input : input.subarray(used));
    }
  }

  clear(): void {
    this.start = 0;
    this.end = 0;
    if (this.buffer.length > RETAINED_CAPACITY) this.buffer = NOTHING;
  }

  /** Puts a copy of `bytes` behind what is held. */
  append(bytes: Uint8Array): void {
    const length = this.end - this.start;
    if (this.end + bytes.length > this.buffer.length) {
      const needed = length + bytes.length;
      if (needed <= this.buffer.length >>> 1) {
        this.buffer.copyWithin(0, this.start, this.end);
      } else {
        const grown = new Uint8Array(Math.max(256, needed * 2));
        grown.set(this.buffer.subarray(this.start, this.end));
        this.buffer = grown;
      }
      this.start = 0;
      this.end = length;
    }
    this.buffer.set(bytes, this.end);
    this.end += bytes.length;
  }
}

/** A larger buffer is given back once it is empty, so that one big message does not hold memory for a connection's life. */
const RETAINED_CAPACITY = 16_384;
