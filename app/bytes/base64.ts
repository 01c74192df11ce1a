const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < 64; value++) VALUES[ALPHABET.charCodeAt(value)] = value;
// RFC 4648 section 5: the URL-safe alphabet is read as well.
VALUES['-'.charCodeAt(0)] = 62;
VALUES['_'.charCodeAt(0)] = 63;

/** RFC 4648 section 4, with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const left = bytes.length - index;
    const group = (bytes[index]! << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text += ALPHABET[group >>> 18]! + ALPHABET[(group >>> 12) & 63]!;
    text += (left > 1 ? ALPHABET[(group >>> 6) & 63]! : '=') + (left > 2 ? ALPHABET[group & 63]! : '=');
  }
  return text;
}

/** Reads both alphabets of RFC 4648, with or without padding and white space; null when it is not base64. */
export function fromBase64(text: string): Uint8Array | null {
  const digits = text.replace(/\s/g, '').replace(/={1,2}$/, '');
  if (digits.length % 4 === 1) return null;
  const bytes = new Uint8Array((digits.length * 3) >>> 2);
  let group = 0;
  let bits = 0;
  let length = 0;
  for (let index = 0; index < digits.length; index++) {
    const code = digits.charCodeAt(index);
    const value = code < 128 ? VALUES[code]! : -1;
    if (value < 0) return null;
    group = ((group << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = group >>> bits;
    }
  }
  return bytes;
}
