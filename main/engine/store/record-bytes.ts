import type { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import { putU32le, u32le } from '../../../app/bytes/integers.ts';

/** A text of so many bytes or more has its length in four bytes behind this one. */
const LONG_TEXT = 0xff;

/** A whole number from 0 to 2^53 - 1: seven bits in each byte, the lowest first, and more to come while the eighth is set. */
export function putNumber(into: ByteBuilder, value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    into.u8((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  into.u8(rest);
}

export function putTime(into: ByteBuilder, time: bigint): void {
  const at = into.reserve(8);
  into.view.setBigInt64(at, time, true);
}

export function putFloat(into: ByteBuilder, value: number): void {
  const at = into.reserve(8);
  into.view.setFloat64(at, value, true);
}

export function putText(into: ByteBuilder, text: string): void {
  const at = into.reserve(1);
  const length = into.text(text);
  if (length < LONG_TEXT) {
    into.bytes[at] = length;
    return;
  }
  into.reserve(4);
  into.bytes.copyWithin(at + 5, at + 1, at + 1 + length);
  into.bytes[at] = LONG_TEXT;
  putU32le(into.bytes, at + 1, length);
}

export function putList<T>(into: ByteBuilder, values: readonly T[], put: (into: ByteBuilder, value: T) => void): void {
  putNumber(into, values.length);
  for (const value of values) put(into, value);
}

/** Reads in the same order what the functions above wrote. Only for records of our own: nothing is checked. */
export class RecordReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  number(): number {
    let value = 0;
    let weight = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) return value;
      weight *= 0x80;
    }
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  float(): number {
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  time(): bigint {
    const time = this.#view.getBigInt64(this.#at, true);
    this.#at += 8;
    return time;
  }

  text(): string {
    let length = this.#bytes[this.#at++]!;
    if (length === LONG_TEXT) {
      length = u32le(this.#bytes, this.#at);
      this.#at += 4;
    }
    if (length === 0) return '';
    const start = this.#at;
    this.#at += length;
    return this.#decoder.decode(this.#bytes.subarray(start, start + length));
  }

  /** A view of the next bytes. */
  bytes(length: number): Uint8Array {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  list<T>(read: (reader: RecordReader) => T): T[] {
    return Array.from({ length: this.number() }, () => read(this));
  }
}
