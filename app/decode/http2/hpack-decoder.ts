import type { Header } from '../../model/exchange.ts';
import { sharedTextOf, textOf } from '../http/text.ts';
import { DynamicTable } from './dynamic-table.ts';
import { decodeHuffman, longestDecoded } from './huffman.ts';
import { DYNAMIC_TABLE_START, STATIC_TABLE } from './static-table.ts';

/** Header fields of one block beyond this are decoded, for the table's sake, and not kept. */
const MAX_FIELDS = 2000;
/** A table may not grow beyond this, whatever the peers agreed on. */
const MAX_TABLE_SIZE = 1_048_576;
/** Values up to this length are looked up among those seen before. */
const SHARED_VALUE_LENGTH = 24;

const UNKNOWN: Header = Object.freeze({ name: '', value: '', unknown: true });

let scratch = new Uint8Array(16_384);

/**
 * Decodes the header blocks of one direction (RFC 7541). It never throws: what needs a table entry from before the
 * capture becomes a header marked `unknown`, and a malformed block ends early.
 */
export class HpackDecoder {
  readonly table: DynamicTable;
  private bytes: Uint8Array = scratch;
  private at = 0;
  private end = 0;
  private failed = false;
  /** Octets of the string that was read last. */
  private octets = 0;

  /** `hasHole`: insertions before the capture may be missing. */
  constructor(hasHole: boolean) {
    this.table = new DynamicTable(hasHole);
  }

  /** Appends the fields of the whole block in `[start, end)` to `headers`. False when the block is malformed. */
  decode(bytes: Uint8Array, start: number, end: number, headers: Header[]): boolean {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.failed = false;
    while (this.at < end && !this.failed) {
      const header = this.field(bytes[this.at]!);
      if (header !== null && !this.failed && headers.length < MAX_FIELDS) headers.push(header);
    }
    // Do not hold on to the caller's bytes.
    this.bytes = scratch;
    if (this.failed) this.table.damage();
    return !this.failed;
  }

  private field(first: number): Header | null {
    if (first >= 0x80) return this.indexed(this.integer(7));
    if (first >= 0x40) return this.literal(this.integer(6), true);
    if (first >= 0x20) {
      const limit = this.integer(5);
      if (limit > MAX_TABLE_SIZE) this.failed = true;
      else if (!this.failed) this.table.resize(limit);
      return null;
    }
    return this.literal(this.integer(4), false);
  }

  private indexed(index: number): Header {
    if (index > 0 && index < DYNAMIC_TABLE_START) return STATIC_TABLE[index]!;
    const found = index === 0 ? undefined : this.table.at(index - DYNAMIC_TABLE_START);
    if (found !== undefined) return found;
    if (index === 0 || !this.table.hasHole) this.failed = true;
    return UNKNOWN;
  }

  /** RFC 7541 section 6.2. */
  private literal(nameIndex: number, insert: boolean): Header {
    let name: string;
    let unknown = false;
    let nameOctets: number;
    if (nameIndex === 0) {
      name = this.string(true);
      nameOctets = this.octets;
    } else {
      const named = this.indexed(nameIndex);
      name = named.name;
      nameOctets = name.length;
      unknown = name === '';
    }
    const value = this.string(false);
    const header: Header = unknown ? { name, value, unknown: true } : { name, value };
    if (insert && !this.failed) this.table.insert(header, nameOctets + this.octets);
    return header;
  }

  /** RFC 7541 section 5.1. More than 2^28 is malformed here: nothing that long is decoded. */
  private integer(prefixBits: number): number {
    const mask = (1 << prefixBits) - 1;
    let value = this.bytes[this.at++]! & mask;
    if (value < mask) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      if (this.at >= this.end) break;
      const octet = this.bytes[this.at++]!;
      value += (octet & 0x7f) << shift;
      if (octet < 0x80) return value;
    }
    this.failed = true;
    return 0;
  }

  /** RFC 7541 section 5.2. */
  private string(isName: boolean): string {
    if (this.failed || this.at >= this.end) {
      this.failed = true;
      return '';
    }
    const huffman = this.bytes[this.at]! >= 0x80;
    const length = this.integer(7);
    const start = this.at;
    const end = start + length;
    if (this.failed || end > this.end) {
      this.failed = true;
      return '';
    }
    this.at = end;
    if (!huffman) return this.text(this.bytes, start, end, isName);
    if (longestDecoded(length) > scratch.length) scratch = new Uint8Array(longestDecoded(length));
    const decoded = decodeHuffman(this.bytes, start, end, scratch);
    if (decoded >= 0) return this.text(scratch, 0, decoded, isName);
    this.failed = true;
    return '';
  }

  private text(bytes: Uint8Array, start: number, end: number, isName: boolean): string {
    this.octets = end - start;
    return isName || this.octets <= SHARED_VALUE_LENGTH ? sharedTextOf(bytes, start, end) : textOf(bytes, start, end);
  }
}
