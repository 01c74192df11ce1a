import type { ByteBuilder } from '../bytes/byte-builder.ts';
import { STATIC_TABLE } from '../decode/http2/static-table.ts';

/** Where each name first stands in the static table, and each field that has a value there. Index 0 is no entry. */
const NAME_INDEX = new Map<string, number>();
const FIELD_INDEX = new Map<string, number>();
for (const [index, { name, value }] of STATIC_TABLE.entries()) {
  if (index === 0) continue;
  if (!NAME_INDEX.has(name)) NAME_INDEX.set(name, index);
  if (value !== '') FIELD_INDEX.set(`${name} ${value}`, index);
}
/** The last field with a value: names that stand behind it need no look-up of the field. */
const LAST_WITH_VALUE = Math.max(...FIELD_INDEX.values());

/**
 * Appends a field block that uses the static table and literals without indexing only (RFC 7541 section 6.2.2), so that
 * any reader can decode it without what went before. Values are written as UTF-8, not Huffman coded.
 */
export function encodeFields(out: ByteBuilder, fields: readonly (readonly [name: string, value: string])[]): void {
  for (const [name, value] of fields) {
    const index = NAME_INDEX.get(name);
    const whole = index === undefined || index > LAST_WITH_VALUE ? undefined : FIELD_INDEX.get(`${name} ${value}`);
    if (whole !== undefined) {
      out.u8(0x80 | whole);
    } else {
      if (index !== undefined) integer(out, 4, index);
      else {
        out.u8(0);
        literal(out, name);
      }
      literal(out, value);
    }
  }
}

/** An integer with an N-bit prefix whose upper bits are 0 (RFC 7541 section 5.1). */
function integer(out: ByteBuilder, prefixBits: number, value: number): void {
  const limit = (1 << prefixBits) - 1;
  if (value < limit) {
    out.u8(value);
    return;
  }
  out.u8(limit);
  let rest = value - limit;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.u8((rest & 127) | 128);
  out.u8(rest);
}

/** A string literal (RFC 7541 section 5.2). Written with room for a one-byte length, which most have. */
function literal(out: ByteBuilder, text: string): void {
  const at = out.reserve(1);
  const length = out.text(text);
  if (length < 127) {
    out.bytes[at] = length;
    return;
  }
  const bytes = out.copy(at + 1);
  out.length = at;
  integer(out, 7, length);
  out.append(bytes);
}
