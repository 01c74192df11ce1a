import type { ByteBuilder } from '../bytes/byte-builder.ts';

/** RFC 7541 appendix A: where each name first stands in the static table. */
const NAME_INDEX: ReadonlyMap<string, number> = new Map([
  [':authority', 1],
  [':method', 2],
  [':path', 4],
  [':scheme', 6],
  [':status', 8],
  ...(
    'accept-charset accept-encoding accept-language accept-ranges accept access-control-allow-origin age allow ' +
    'authorization cache-control content-disposition content-encoding content-language content-length content-location ' +
    'content-range content-type cookie date etag expect expires from host if-match if-modified-since if-none-match ' +
    'if-range if-unmodified-since last-modified link location max-forwards proxy-authenticate proxy-authorization range ' +
    'referer refresh retry-after server set-cookie strict-transport-security transfer-encoding user-agent vary via ' +
    'www-authenticate'
  )
    .split(' ')
    .map((name, position): [string, number] => [name, 15 + position]),
]);

/** RFC 7541 appendix A: the entries that have a value. */
const FIELD_INDEX: ReadonlyMap<string, number> = new Map([
  [':method GET', 2],
  [':method POST', 3],
  [':path /', 4],
  [':path /index.html', 5],
  [':scheme http', 6],
  [':scheme https', 7],
  [':status 200', 8],
  [':status 204', 9],
  [':status 206', 10],
  [':status 304', 11],
  [':status 400', 12],
  [':status 404', 13],
  [':status 500', 14],
  ['accept-encoding gzip, deflate', 16],
]);

/**
 * Appends a field block that uses the static table and literals without indexing only (RFC 7541 section 6.2.2), so that
 * any reader can decode it without what went before. Values are written as UTF-8, not Huffman coded.
 */
export function encodeFields(out: ByteBuilder, fields: readonly (readonly [name: string, value: string])[]): void {
  for (const [name, value] of fields) {
    const index = NAME_INDEX.get(name);
    const whole = index === undefined || index > 16 ? undefined : FIELD_INDEX.get(`${name} ${value}`);
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
