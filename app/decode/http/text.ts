const ascii = new TextDecoder('utf-8', { ignoreBOM: true });
const strictUtf8 = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
const fromCharCode = String.fromCharCode;

/** Below this length, building the string by character codes is faster than a call of TextDecoder (measured: 12 to 16). */
const SHORT = 12;

/**
 * Text of a header field or start line. RFC 9110 section 5.5 allows any octet above 0x7f and gives it no meaning: what
 * is valid UTF-8 is read as such, anything else as ISO 8859-1, so that no octet is lost.
 */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT) {
    for (let at = start; at < end; at++) if (bytes[at]! > 0x7f) return beyondAscii(bytes.subarray(start, end));
    return ascii.decode(bytes.subarray(start, end));
  }
  let text = '';
  for (let at = start; at < end; at++) {
    const octet = bytes[at]!;
    if (octet > 0x7f) return beyondAscii(bytes.subarray(start, end));
    text += fromCharCode(octet);
  }
  return text;
}

function beyondAscii(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return latin1Of(bytes);
  }
}

/** ISO 8859-1: each octet is the character of that code. (The platform's "latin1" decoder is windows-1252.) */
export function latin1Of(bytes: Uint8Array): string {
  let text = '';
  for (const octet of bytes) text += fromCharCode(octet);
  return text;
}

const CACHE_SLOTS = 2048;
const CACHED_LENGTH = 48;
const cached: (string | undefined)[] = new Array(CACHE_SLOTS);

/**
 * Like `textOf`, for text that comes again and again (field names, common values): returns the same string object each
 * time, which saves both the decoding and the memory of a copy in every message.
 */
export function sharedTextOf(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length > CACHED_LENGTH) return textOf(bytes, start, end);
  let hash = length;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0;
  const slot = (hash ^ (hash >>> 11)) & (CACHE_SLOTS - 1);
  const found = cached[slot];
  if (found !== undefined && found.length === length) {
    let at = 0;
    while (at < length && found.charCodeAt(at) === bytes[start + at]) at++;
    // A string with characters above 0x7f may have come from UTF-8 or not, so only ASCII is taken from the cache.
    if (at === length) return found;
  }
  const text = textOf(bytes, start, end);
  if (text.length === length && isAscii(text)) cached[slot] = text;
  return text;
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
