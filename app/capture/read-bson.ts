import { u32le } from '../bytes/integers.ts';
import { TextCache } from '../bytes/text-cache.ts';
import { malformed, valueLength } from './bson-elements.ts';
import { StreamFormatError } from './document-splitter.ts';

/** The stream's documents are four deep; a deeper one is an attempt at our stack. */
const MAXIMUM_DEPTH = 16;
const DOCUMENT = 0x03;

const texts = new TextCache();

/** A document within another one that was not read with it. */
export class EmbeddedDocument {
  readonly bytes: Uint8Array;
  /** Over `bytes`. */
  readonly view: DataView;
  readonly start: number;
  readonly end: number;

  constructor(bytes: Uint8Array, view: DataView, start: number, end: number) {
    this.bytes = bytes;
    this.view = view;
    this.start = start;
    this.end = end;
  }

  /** Its values, as those of `readBson`. */
  read(): Readonly<Record<string, unknown>> {
    return new BsonReader(this.bytes, this.view, '').document(this.start, this.end, 1);
  }
}

/**
 * The values of the BSON document that `bytes` is: https://bsonspec.org/spec.html. 64-bit integers are bigint, binaries
 * are views of `bytes`; values of types that no field of ours has (dates, object ids) are undefined. Throws
 * `StreamFormatError` where the lengths do not fit together or text is not UTF-8.
 * @param unread a field whose value, when it is a document, is to be an `EmbeddedDocument`
 */
export function readBson(bytes: Uint8Array, unread = ''): Readonly<Record<string, unknown>> {
  if (bytes.length < 5 || u32le(bytes, 0) !== bytes.length || bytes[bytes.length - 1] !== 0) throw malformed();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new BsonReader(bytes, view, unread).document(0, bytes.length, 0);
}

class BsonReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly unread: string;
  /** Where the next element begins. */
  private at = 0;

  constructor(bytes: Uint8Array, view: DataView, unread: string) {
    this.bytes = bytes;
    this.view = view;
    this.unread = unread;
  }

  document(start: number, end: number, depth: number): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    this.at = start + 4;
    while (this.at < end - 1) {
      const type = this.bytes[this.at]!;
      const name = this.name(end);
      const isUnread = depth === 0 && type === DOCUMENT && name === this.unread;
      const value = isUnread ? this.embedded(end - 1) : this.value(type, end - 1, depth);
      // A field of that name would not be one of the object's own.
      if (name !== '__proto__') values[name] = value;
    }
    this.at = end;
    return values;
  }

  /** The document that begins here and has to end before `limit`, unread. */
  private embedded(limit: number): EmbeddedDocument {
    const start = this.at;
    this.at = this.endOfDocument(limit);
    return new EmbeddedDocument(this.bytes, this.view, start, this.at);
  }

  /** Where the document or array ends that begins here. */
  private endOfDocument(limit: number): number {
    const start = this.at;
    const length = u32le(this.bytes, this.take(4, limit));
    const end = start + length;
    if (length < 5 || end > limit || this.bytes[end - 1] !== 0) throw malformed();
    return end;
  }

  /** The names of an array's elements are their numbers, and tell nothing. */
  private array(start: number, end: number, depth: number): unknown[] {
    const values: unknown[] = [];
    this.at = start + 4;
    while (this.at < end - 1) {
      const type = this.bytes[this.at]!;
      this.at = this.nameEnd(end) + 1;
      values.push(this.value(type, end - 1, depth));
    }
    this.at = end;
    return values;
  }

  private name(end: number): string {
    const start = this.at + 1;
    const nameEnd = this.nameEnd(end);
    this.at = nameEnd + 1;
    return readText(this.bytes, start, nameEnd);
  }

  private nameEnd(end: number): number {
    let at = this.at + 1;
    while (at < end && this.bytes[at] !== 0) at++;
    if (at + 1 >= end) throw malformed();
    return at;
  }

  /** The value of an element that has to end before `limit`. */
  private value(type: number, limit: number, depth: number): unknown {
    const { at, bytes } = this;
    switch (type) {
      case 0x01:
        return this.view.getFloat64(this.take(8, limit), true);
      case 0x02: {
        const length = u32le(bytes, this.take(4, limit));
        const start = this.take(length, limit);
        if (length === 0 || bytes[start + length - 1] !== 0) throw malformed();
        return readText(bytes, start, start + length - 1);
      }
      case DOCUMENT:
      case 0x04: {
        const end = this.endOfDocument(limit);
        if (depth >= MAXIMUM_DEPTH) throw new StreamFormatError('a document has too many documents inside each other');
        return type === DOCUMENT ? this.document(at, end, depth + 1) : this.array(at, end, depth + 1);
      }
      case 0x05: {
        const length = u32le(bytes, this.take(5, limit));
        const start = this.take(length, limit);
        return bytes.subarray(start, start + length);
      }
      case 0x08:
        return bytes[this.take(1, limit)] === 1;
      case 0x0a:
        return null;
      case 0x10:
        return this.view.getInt32(this.take(4, limit), true);
      case 0x12:
        return this.view.getBigInt64(this.take(8, limit), true);
      default:
        this.take(valueLength(type, bytes, at, limit), limit);
        return undefined;
    }
  }

  /** Moves on over `length` bytes and returns where they begin. */
  private take(length: number, limit: number): number {
    const start = this.at;
    if (start + length > limit) throw malformed();
    this.at = start + length;
    return start;
  }
}

/** Text of a document. Throws `StreamFormatError` where it is not UTF-8. */
export function readText(bytes: Uint8Array, start: number, end: number): string {
  try {
    return texts.read(bytes, start, end);
  } catch {
    throw new StreamFormatError('a document has text that is not UTF-8');
  }
}
