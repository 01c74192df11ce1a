const SEMICOLON = 0x3b;
/** More hexadecimal digits than this would not be a safe integer. */
const MAX_DIGITS = 12;

/** The size in the chunk line `[start, end)`, before any extension; -1 when there is none. RFC 9112 section 7.1. */
export function parseChunkSize(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  let size = 0;
  while (at < end) {
    const digit = hexDigit(bytes[at]!);
    if (digit < 0) break;
    size = size * 16 + digit;
    at++;
  }
  if (at === start || at - start > MAX_DIGITS) return -1;
  // White space and CR may follow; anything else has to be an extension.
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d)) at++;
  return at === end || bytes[at] === SEMICOLON ? size : -1;
}

function hexDigit(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const letter = octet | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
