import { u16be, u24be, u32be } from './integers.ts';

const NOTHING = new Uint8Array(0);

/**
 * Reads numbers in network byte order out of a range of bytes. A read past the end gives 0 (or no bytes), moves to the
 * end and sets `failed`, so that a whole structure can be read and checked once.
 */
export class Cursor {
  readonly bytes: Uint8Array;
  offset: number;
  readonly end: number;
  failed = false;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.end = Math.max(0, Math.min(end, bytes.length));
    this.offset = Math.max(0, Math.min(offset, this.end));
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  u8(): number {
    const at = this.advance(1);
    return at < 0 ? 0 : this.bytes[at]!;
  }

  u16(): number {
    const at = this.advance(2);
    return at < 0 ? 0 : u16be(this.bytes, at);
  }

  u24(): number {
    const at = this.advance(3);
    return at < 0 ? 0 : u24be(this.bytes, at);
  }

  u32(): number {
    const at = this.advance(4);
    return at < 0 ? 0 : u32be(this.bytes, at);
  }

  u64(): bigint {
    const at = this.advance(8);
    return at < 0 ? 0n : (BigInt(u32be(this.bytes, at)) << 32n) | BigInt(u32be(this.bytes, at + 4));
  }

  /** A view, not a copy. */
  take(length: number): Uint8Array {
    const at = this.advance(length);
    return at < 0 ? NOTHING : this.bytes.subarray(at, at + length);
  }

  skip(length: number): void {
    this.advance(length);
  }

  /** Moves on by `length` and returns where it stood, or -1 when that many bytes are not left. */
  private advance(length: number): number {
    const at = this.offset;
    if (length < 0 || length > this.end - at) {
      this.failed = true;
      this.offset = this.end;
      return -1;
    }
    this.offset = at + length;
    return at;
  }
}
