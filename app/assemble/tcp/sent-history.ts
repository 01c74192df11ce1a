import type { HistoryRings } from './history-rings.ts';

const INITIAL_CAPACITY = 2048;
const CAPACITY = 32_768;
const NOTHING = new Uint8Array(0);

/** The last bytes that a side sent, up to 32 KiB, to see whether a retransmission says the same. */
export class SentHistory {
  /** A ring once it is full. */
  private ring: Uint8Array = NOTHING;
  /** Where the next byte goes. */
  private at = 0;
  private held = 0;
  private readonly rings: HistoryRings;

  constructor(rings: HistoryRings) {
    this.rings = rings;
  }

  append(bytes: Uint8Array): void {
    const { length } = bytes;
    if (this.held + length > this.ring.length && this.ring.length < CAPACITY) this.grow(this.held + length);
    const capacity = this.ring.length;
    if (capacity === 0) return;
    if (length > capacity) {
      this.append(bytes.subarray(length - capacity));
      return;
    }
    const first = capacity - this.at;
    if (length <= first) {
      this.ring.set(bytes, this.at);
    } else {
      this.ring.set(bytes.subarray(0, first), this.at);
      this.ring.set(bytes.subarray(first), 0);
    }
    this.at = (this.at + length) % capacity;
    this.held = Math.min(capacity, this.held + length);
  }

  /** Whether bytes that begin `back` bytes before the end are those that were sent, as far as both are known. */
  agrees(back: number, bytes: Uint8Array, start: number, end: number): boolean {
    const capacity = this.ring.length;
    const skipped = Math.max(0, back - this.held);
    const length = Math.min(back, end - start);
    for (let index = skipped; index < length; index++) {
      let at = this.at - back + index;
      if (at < 0) at += capacity;
      if (this.ring[at] !== bytes[start + index]) return false;
    }
    return true;
  }

  clear(): void {
    if (this.ring.length > 0) this.rings.giveBack(this.ring);
    this.ring = NOTHING;
    this.at = 0;
    this.held = 0;
  }

  /** Only while it is not full, so that its bytes lie in order from the beginning. */
  private grow(needed: number): void {
    let capacity = Math.max(INITIAL_CAPACITY, this.ring.length);
    while (capacity < needed && capacity < CAPACITY) capacity *= 2;
    const ring = this.rings.take(capacity);
    if (ring === null) return;
    const start = this.at - this.held;
    if (start >= 0) {
      ring.set(this.ring.subarray(start, this.at));
    } else {
      ring.set(this.ring.subarray(start + this.ring.length));
      ring.set(this.ring.subarray(0, this.at), -start);
    }
    if (this.ring.length > 0) this.rings.giveBack(this.ring);
    this.ring = ring;
    this.at = this.held % capacity;
  }
}
