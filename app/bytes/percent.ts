const PERCENT = 0x25;

/**
 * Undoes percent encoding (RFC 3986 section 2.1) with UTF-8 underneath. What is no encoding stays as it is, so that no text
 * is lost.
 */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  const encoded = new TextEncoder().encode(text);
  const bytes = new Uint8Array(encoded.length);
  let length = 0;
  for (let at = 0; at < encoded.length; at++) {
    const octet = encoded[at] === PERCENT ? hexOctet(encoded, at + 1) : -1;
    bytes[length++] = octet < 0 ? encoded[at]! : octet;
    if (octet >= 0) at += 2;
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, length));
}

/** The octet that two hexadecimal digits stand for; -1 when they are none. */
function hexOctet(bytes: Uint8Array, at: number): number {
  const high = hexDigit(bytes[at]);
  const low = hexDigit(bytes[at + 1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(octet: number | undefined): number {
  if (octet === undefined) return -1;
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const letter = octet | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
