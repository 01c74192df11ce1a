import { type Column, createColumn } from './column.ts';

/** Bytes of one piece of the store. A string never crosses from one to the next. */
const PIECE = 1 << 20;

/** Bytes that the first piece begins with; it doubles until it is as large as the others. */
const FIRST_PIECE = 1 << 12;

/** Longer strings are cut at this many bytes of UTF-8: the index is for lists and filters, the session has the whole. */
export const MAXIMUM_STRING_BYTES = 1 << 16;

/**
 * Different strings, each kept once as UTF-8 outside of the JavaScript heap and named by a dense code. Code 0 is ''.
 * A string costs its bytes and about 16 more; nothing is ever taken out.
 */
export interface StringTable {
  /** The code of a string, which is added when it is new. */
  intern(text: string): number;
  readonly value: (code: number) => string;
  /** How many codes there are. */
  readonly size: () => number;
  /** Order of two strings by code point: below, equal to or above 0. */
  readonly compare: (left: number, right: number) => number;
  /** The `length` bytes from `from` on as one number that orders as they do, the end of the string before any byte. At most 6. */
  window(code: number, from: number, length: number): number;
  bytes(): number;
}

/** Makes an empty table. */
export function createStringTable(): StringTable {
  return new Utf8Table();
}

/** Where a string stands in UTF-8 while it is looked for. It is used within one call only. */
const scratch = new Uint8Array(MAXIMUM_STRING_BYTES);

class Utf8Table implements StringTable {
  readonly #pieces: Uint8Array[] = [new Uint8Array(FIRST_PIECE)];
  #used = 0;
  /** Where a code's bytes begin: piece times PIECE, plus the place in it. */
  readonly #starts: Column = createColumn(Float64Array);
  readonly #lengths: Column = createColumn(Uint32Array);
  #count = 0;
  /** Open addressing with linear probing; holds code + 1, at most half full. */
  #slots = new Uint32Array(64);
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();

  constructor() {
    this.intern('');
  }

  intern(text: string): number {
    const length = this.#encode(text);
    const mask = this.#slots.length - 1;
    let slot = hash(scratch, 0, length) & mask;
    for (let entry = this.#slots[slot]!; entry !== 0; entry = this.#slots[slot]!) {
      if (this.#equals(entry - 1, length)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    const code = this.#append(length);
    this.#slots[slot] = code + 1;
    if (this.#count * 2 > this.#slots.length) this.#grow();
    return code;
  }

  readonly value = (code: number): string => {
    const length = this.#lengths.get(code);
    const start = this.#starts.get(code);
    const piece = this.#piece(start);
    const from = start % PIECE;
    return this.#decoder.decode(piece.subarray(from, from + length));
  };

  readonly size = (): number => this.#count;

  readonly compare = (left: number, right: number): number => {
    if (left === right) return 0;
    const [leftStart, rightStart] = [this.#starts.get(left), this.#starts.get(right)];
    const [leftLength, rightLength] = [this.#lengths.get(left), this.#lengths.get(right)];
    const [leftPiece, rightPiece] = [this.#piece(leftStart), this.#piece(rightStart)];
    const [leftFrom, rightFrom] = [leftStart % PIECE, rightStart % PIECE];
    const common = Math.min(leftLength, rightLength);
    for (let index = 0; index < common; index++) {
      const difference = leftPiece[leftFrom + index]! - rightPiece[rightFrom + index]!;
      if (difference !== 0) return difference;
    }
    return leftLength - rightLength;
  };

  window(code: number, from: number, length: number): number {
    const start = this.#starts.get(code);
    const end = this.#lengths.get(code);
    const piece = this.#piece(start);
    const first = start % PIECE;
    let key = 0;
    for (let at = from; at < from + length; at++) key = key * 257 + (at < end ? piece[first + at]! + 1 : 0);
    return key;
  }

  bytes(): number {
    const pieces = this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
    return pieces + this.#starts.bytes() + this.#lengths.bytes() + this.#slots.byteLength;
  }

  #piece(start: number): Uint8Array {
    return this.#pieces[Math.floor(start / PIECE)]!;
  }

  /** Writes UTF-8 into the scratch, and gives its length. Short ASCII does without the encoder's call. */
  #encode(text: string): number {
    if (text.length > 256) return this.#encoder.encodeInto(text, scratch).written;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) return this.#encoder.encodeInto(text, scratch).written;
      scratch[index] = code;
    }
    return text.length;
  }

  #equals(code: number, length: number): boolean {
    if (this.#lengths.get(code) !== length) return false;
    const start = this.#starts.get(code);
    const piece = this.#piece(start);
    const from = start % PIECE;
    for (let index = 0; index < length; index++) {
      if (piece[from + index] !== scratch[index]) return false;
    }
    return true;
  }

  #append(length: number): number {
    this.#reserve(length);
    const last = this.#pieces.length - 1;
    this.#pieces[last]!.set(scratch.subarray(0, length), this.#used);
    this.#starts.set(this.#count, last * PIECE + this.#used);
    this.#lengths.set(this.#count, length);
    this.#used += length;
    return this.#count++;
  }

  /** Makes room in the last piece. */
  #reserve(length: number): void {
    if (this.#used + length > PIECE) {
      this.#pieces.push(new Uint8Array(PIECE));
      this.#used = 0;
      return;
    }
    const piece = this.#pieces.at(-1)!;
    if (this.#used + length <= piece.length) return;
    let size = piece.length;
    while (size < this.#used + length) size *= 2;
    const larger = new Uint8Array(size);
    larger.set(piece);
    this.#pieces[this.#pieces.length - 1] = larger;
  }

  #grow(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let code = 0; code < this.#count; code++) {
      const start = this.#starts.get(code);
      let slot = hash(this.#piece(start), start % PIECE, this.#lengths.get(code)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = code + 1;
    }
    this.#slots = slots;
  }
}

/** FNV-1a, 32 bits, with a last mix so that its low bits are good. */
function hash(bytes: Uint8Array, from: number, length: number): number {
  let value = 0x811c9dc5;
  for (let index = from; index < from + length; index++) value = Math.imul(value ^ bytes[index]!, 0x01000193);
  return (value ^ (value >>> 15)) >>> 0;
}
