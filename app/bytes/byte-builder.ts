import { putU16be, putU16le, putU32be, putU32le } from './integers.ts';

const encoder = new TextEncoder();
/** Shorter texts are encoded sooner here than the call to the encoder takes. */
const LONG_TEXT = 96;

/**
 * Bytes under construction: appended to a buffer that doubles when full. One builder is used for many results in turn,
 * so that the buffer is allocated once: `length = 0` starts again, `copy` hands out what was built.
 */
export class ByteBuilder {
  /** The buffer itself, for those who fill in what is only known later (lengths, checksums). Changes when it grows. */
  bytes: Uint8Array;
  length = 0;
  /** Over `bytes`, for the callers that need wider integers. */
  view: DataView;

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `count` bytes more, moves the end behind them and returns where they begin. They hold old contents. */
  reserve(count: number): number {
    const start = this.length;
    const end = start + count;
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, start));
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    this.length = end;
    return start;
  }

  u8(value: number): void {
    const at = this.reserve(1);
    this.bytes[at] = value;
  }

  u16be(value: number): void {
    const at = this.reserve(2);
    putU16be(this.bytes, at, value);
  }

  u32be(value: number): void {
    const at = this.reserve(4);
    putU32be(this.bytes, at, value);
  }

  u16le(value: number): void {
    const at = this.reserve(2);
    putU16le(this.bytes, at, value);
  }

  u32le(value: number): void {
    const at = this.reserve(4);
    putU32le(this.bytes, at, value);
  }

  append(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.bytes.set(bytes, at);
  }

  /** Appends UTF-8 and returns how many bytes it took. */
  text(text: string): number {
    if (text.length > LONG_TEXT) return this.wideText(text);
    const start = this.reserve(text.length);
    const bytes = this.bytes;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.length = start;
        return this.wideText(text);
      }
      bytes[start + index] = code;
    }
    return text.length;
  }

  /** What was built, where it stands: valid until the next change. */
  built(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** What was built, as bytes of its own. */
  copy(start = 0): Uint8Array {
    return this.bytes.slice(start, this.length);
  }

  private wideText(text: string): number {
    const start = this.reserve(text.length * 3);
    const { written } = encoder.encodeInto(text, this.bytes.subarray(start));
    this.length = start + written;
    return written;
  }
}
