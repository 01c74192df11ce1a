import type { Problem } from '../../model/problem.ts';

/** Wire types by number. https://protobuf.dev/programming-guides/encoding/#structure */
export const VARINT = 0;
export const FIXED64 = 1;
export const DELIMITED = 2;
export const GROUP_START = 3;
const GROUP_END = 4;
export const FIXED32 = 5;

/** A field as it is on the wire. */
export interface WireField {
  readonly number: number;
  /** `VARINT`, `FIXED64`, `DELIMITED`, `GROUP_START` (with all of the group) or `FIXED32`. */
  readonly wireType: number;
  /** VARINT, FIXED32, FIXED64: the bits, unsigned; else 0n. */
  readonly bits: bigint;
  /** What follows tag and length: payload of a delimited field, fields of a group, octets of a number. A view. */
  readonly bytes: Uint8Array;
  /** Byte range of the whole field in what was read. */
  readonly range: readonly [offset: number, length: number];
}

export interface WireFields {
  readonly fields: readonly WireField[];
  /** Why reading stopped before the end; null when it did not. */
  readonly problem: Problem | null;
  /** Each tag, length and varint is as short as it can be, as all writers make them. */
  readonly canonical: boolean;
}

/** Groups in groups; more is an attack. */
const MAX_GROUP_DEPTH = 32;

/** Largest field number. https://protobuf.dev/programming-guides/proto3/#assigning */
const MAX_NUMBER = 2 ** 29 - 1;

/** Reads one level of a message. `limit` is the most fields that are read. */
export function readWireFields(bytes: Uint8Array, limit: number): WireFields {
  const reader = new WireReader(bytes, limit);
  return { problem: reader.read(), fields: reader.fields, canonical: reader.canonical };
}

/**
 * Values of a packed repeated field, each as if it had a tag of its own; those before the first that is broken.
 * https://protobuf.dev/programming-guides/encoding/#packed
 */
export function readPackedValues(bytes: Uint8Array, wireType: number, limit: number): readonly WireField[] {
  const reader = new WireReader(bytes, limit);
  reader.readPacked(wireType);
  return reader.fields;
}

class WireReader {
  readonly fields: WireField[] = [];
  canonical = true;
  private readonly bytes: Uint8Array;
  private readonly limit: number;
  private at = 0;

  constructor(bytes: Uint8Array, limit: number) {
    this.bytes = bytes;
    this.limit = limit;
  }

  read(): Problem | null {
    while (this.at < this.bytes.length) {
      const start = this.at;
      if (this.fields.length === this.limit)
        return problemAt('limit', `Only the first ${this.limit} fields are read.`, start, this.bytes.length);
      const tag = this.varint();
      if (tag === null) return this.broken('A tag is cut or not a varint', start);
      const number = Number(tag >> 3n);
      const wireType = Number(tag & 7n);
      if (number === 0 || number > MAX_NUMBER) return this.broken(`${number} is not a field number`, start);
      const failure = this.field(number, wireType, start, this.fields);
      if (failure !== '') return this.broken(failure, start);
    }
    return null;
  }

  readPacked(wireType: number): void {
    while (this.at < this.bytes.length && this.fields.length < this.limit) {
      if (this.field(1, wireType, this.at, this.fields) !== '') return;
    }
  }

  /** Reads what follows a tag; a sentence without its end when that cannot be. */
  private field(number: number, wireType: number, start: number, fields: WireField[]): string {
    let from = this.at;
    let bits = 0n;
    if (wireType === VARINT) {
      const value = this.varint();
      if (value === null) return `The varint of field ${number} is cut or too long`;
      bits = value;
    } else if (wireType === DELIMITED) {
      const length = this.varint();
      from = this.at;
      if (length === null) return `The length of field ${number} is cut or too long`;
      if (length > BigInt(this.bytes.length - this.at)) {
        return `Field ${number} has ${length} bytes, but only ${this.bytes.length - this.at} follow`;
      }
      this.at += Number(length);
    } else if (wireType === FIXED32 || wireType === FIXED64) {
      const size = wireType === FIXED32 ? 4 : 8;
      if (this.bytes.length - this.at < size) return `Field ${number} is cut`;
      for (let index = size - 1; index >= 0; index--) bits = (bits << 8n) | BigInt(this.bytes[this.at + index]!);
      this.at += size;
    } else if (wireType === GROUP_START) {
      const end = this.group(number);
      if (end < 0) return `The group of field ${number} does not end`;
      fields.push({ number, wireType, bits, bytes: this.bytes.subarray(from, end), range: [start, this.at - start] });
      return '';
    } else {
      return wireType === GROUP_END ? `A group ${number} ends that did not begin` : `There is no wire type ${wireType}`;
    }
    fields.push({ number, wireType, bits, bytes: this.bytes.subarray(from, this.at), range: [start, this.at - start] });
    return '';
  }

  /** Passes over a group's fields and its end tag; returns where the end tag begins, -1 when the group is broken. */
  private group(number: number): number {
    const open = [number];
    const passed: WireField[] = [];
    while (this.at < this.bytes.length) {
      const start = this.at;
      const tag = this.varint();
      if (tag === null) return -1;
      const inner = Number(tag >> 3n);
      const wireType = Number(tag & 7n);
      if (wireType === GROUP_END) {
        if (open.pop() !== inner) return -1;
        if (open.length === 0) return start;
      } else if (wireType === GROUP_START) {
        if (open.push(inner) > MAX_GROUP_DEPTH) return -1;
      } else {
        passed.length = 0;
        if (this.field(inner, wireType, start, passed) !== '') return -1;
      }
    }
    return -1;
  }

  /** At most ten octets, 64 bits; null when it is cut or longer. */
  private varint(): bigint | null {
    let low = 0;
    let high = 0n;
    for (let count = 0; count < 10; count++) {
      const octet = this.bytes[this.at];
      if (octet === undefined) return null;
      this.at++;
      if (count < 4) low |= (octet & 0x7f) << (7 * count);
      else high |= BigInt(octet & 0x7f) << BigInt(7 * count);
      if (octet < 0x80) {
        if (octet === 0 && count > 0) this.canonical = false;
        return BigInt.asUintN(64, high | BigInt(low));
      }
    }
    return null;
  }

  private broken(text: string, start: number): Problem {
    return problemAt('broken', `${text}.`, start, this.bytes.length);
  }
}

function problemAt(code: string, text: string, start: number, end: number): Problem {
  const severity = code === 'limit' ? 'note' : 'error';
  return { severity, code: `protobuf.${code}`, text, range: [start, end - start] };
}
