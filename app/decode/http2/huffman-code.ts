/**
 * Lengths in bits of the Huffman code of HPACK, by octet; 256 is EOS. RFC 7541 appendix B. The code is canonical: codes of one
 * length are consecutive numbers in the order of the octets, so the lengths say it all.
 */
// biome-ignore format: sixteen octets to a line
export const HUFFMAN_LENGTHS: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
  5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
  6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
  21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
];

/** Index of EOS, which must not occur in a string. */
export const HUFFMAN_EOS = 256;

/** The codes as numbers of `HUFFMAN_LENGTHS[octet]` bits. */
export function huffmanCodes(): Uint32Array {
  const order = HUFFMAN_LENGTHS.map((length, octet) => ({ length, octet }));
  order.sort((a, b) => a.length - b.length || a.octet - b.octet);
  const codes = new Uint32Array(HUFFMAN_LENGTHS.length);
  let code = 0;
  let previousLength = 0;
  for (const { length, octet } of order) {
    code = (code << (length - previousLength)) >>> 0;
    codes[octet] = code;
    code++;
    previousLength = length;
  }
  return codes;
}
