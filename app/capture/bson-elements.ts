import { u32le } from '../bytes/integers.ts';
import { StreamFormatError } from './document-splitter.ts';

/** Where an element stands in the bytes of its document. */
export interface BsonElement {
  readonly type: number;
  readonly name: string;
  /** Offset of its type byte, of its value, and of what follows it. */
  readonly start: number;
  readonly value: number;
  readonly end: number;
}

const names = new TextDecoder();

/** The elements of the document that `bytes` is, without looking into them: https://bsonspec.org/spec.html */
export function bsonElements(bytes: Uint8Array): BsonElement[] {
  const elements: BsonElement[] = [];
  const last = bytes.length - 1;
  if (bytes.length < 5 || u32le(bytes, 0) !== bytes.length || bytes[last] !== 0) throw malformed();
  for (let at = 4; at < last; ) {
    const nameEnd = bytes.indexOf(0, at + 1);
    const type = bytes[at]!;
    const value = nameEnd + 1;
    if (nameEnd < 0 || value > last) throw malformed();
    const end = value + valueLength(type, bytes, value, last);
    if (end > last) throw malformed();
    elements.push({ type, name: names.decode(bytes.subarray(at + 1, nameEnd)), start: at, value, end });
    at = end;
  }
  return elements;
}

/** How long the value at `value` of an element of that type is; the document's last byte is at `last`. */
export function valueLength(type: number, bytes: Uint8Array, value: number, last: number): number {
  switch (type) {
    case 0x06: // undefined
    case 0x0a: // null
      return 0;
    case 0x08: // boolean
      return 1;
    case 0x10: // int32
      return 4;
    case 0x01: // double
    case 0x09: // date
    case 0x11: // timestamp
    case 0x12: // int64
      return 8;
    case 0x07: // object id
      return 12;
    case 0x13: // decimal128
      return 16;
  }
  if (value + 4 > last) throw malformed();
  const length = u32le(bytes, value);
  switch (type) {
    case 0x02: // string
      return 4 + length;
    case 0x03: // document
    case 0x04: // array
      // Its own length counts too, so less would not move on.
      if (length < 5) throw malformed();
      return length;
    case 0x05: // binary
      return 5 + length;
    default:
      throw new StreamFormatError(`a document has an element of type ${type}, which the stream does not use`);
  }
}

export function malformed(): StreamFormatError {
  return new StreamFormatError('a document is not BSON: its lengths do not fit together');
}
