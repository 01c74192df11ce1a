// Header lists as proxy-wasm hands them over (proxy-wasm/spec, ABI 0.2.1, "serialized header map"): the count (u32), for
// each field the lengths of its name and value (u32, u32), then each name and value followed by a NUL, all little-endian.
// The filter passes these bytes on as they are, so they are part of the batch's format.

export type HeaderPair = readonly [name: string, value: string];

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const beyondAscii = /[\u0080-\uffff]/;
const encoder = new TextEncoder();

/** The list in bytes, or null when they do not hold one. An empty map may be no bytes at all. */
export function decodeHeaderPairs(bytes: Uint8Array): HeaderPair[] | null {
  if (bytes.length === 0) return [];
  if (bytes.length < 4) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(0, true);
  const text = 4 + count * 8;
  if (text > bytes.length) return null;
  const area = bytes.subarray(text);
  const decoded = utf8.decode(area);
  const isAscii = !beyondAscii.test(decoded);
  const slice = (start: number, end: number) =>
    isAscii ? decoded.slice(start, end) : decodeFieldText(area.subarray(start, end));
  const pairs: HeaderPair[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    const nameEnd = at + view.getUint32(4 + index * 8, true);
    const valueStart = nameEnd + 1;
    const valueEnd = valueStart + view.getUint32(8 + index * 8, true);
    if (valueEnd >= area.length) return null;
    pairs.push([slice(at, nameEnd), slice(valueStart, valueEnd)]);
    at = valueEnd + 1;
  }
  return at === area.length ? pairs : null;
}

export function encodeHeaderPairs(pairs: readonly HeaderPair[]): Uint8Array {
  const texts = pairs.flat().map((text) => encoder.encode(text));
  const bytes = new Uint8Array(4 + texts.length * 4 + texts.reduce((sum, text) => sum + text.length + 1, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, pairs.length, true);
  let at = 4 + texts.length * 4;
  for (const [index, text] of texts.entries()) {
    view.setUint32(4 + index * 4, text.length, true);
    bytes.set(text, at);
    at += text.length + 1;
  }
  return bytes;
}

/** UTF-8 where it is that, else each byte is a character: RFC 9110 section 5.5 allows any byte above 0x7f. */
function decodeFieldText(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  }
}
