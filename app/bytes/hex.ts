const DIGITS = '0123456789abcdef';
const PAIRS = Array.from({ length: 256 }, (_, octet) => DIGITS[octet >>> 4]! + DIGITS[octet & 15]!);

/** Lower-case hexadecimal text, two digits for each byte, with `separator` between bytes. */
export function toHex(bytes: Uint8Array, separator = ''): string {
  let text = '';
  for (let index = 0; index < bytes.length; index++) {
    if (index > 0) text += separator;
    text += PAIRS[bytes[index]!]!;
  }
  return text;
}

/** The bytes that hexadecimal text stands for. White space, `:` and `-` between bytes are skipped; null when it is not hexadecimal. */
export function fromHex(text: string): Uint8Array | null {
  const digits = text.replace(/[\s:-]/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) return null;
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}
