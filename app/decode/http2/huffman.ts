import { HUFFMAN_EOS, HUFFMAN_LENGTHS, huffmanCodes } from './huffman-code.ts';

/** Codes up to this length are found with one look-up; they are all of printable ASCII but eighteen characters. */
const FAST_BITS = 10;
const LONGEST = 30;

/** By the next ten bits: octet and length of the code that they begin with, as `octet << 8 | length`; 0 for longer codes. */
const FAST = new Uint16Array(1 << FAST_BITS);
/** The longer codes, by `length << 32 | code` as a number. */
const LONG = new Map<number, number>();

for (const [octet, code] of huffmanCodes().entries()) {
  const length = HUFFMAN_LENGTHS[octet]!;
  if (length <= FAST_BITS) {
    const first = code << (FAST_BITS - length);
    FAST.fill((octet << 8) | length, first, first + (1 << (FAST_BITS - length)));
  } else {
    LONG.set(length * 2 ** 32 + code, octet);
  }
}

/** At most this many octets come out of `length` octets of code: the shortest code has five bits. */
export function longestDecoded(length: number): number {
  return Math.floor((length * 8) / 5);
}

/**
 * Decodes the Huffman string `[start, end)` into `out`, which has room for `longestDecoded` octets, and returns how many
 * they are; -1 when it is not well-formed. RFC 7541 section 5.2.
 */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number, out: Uint8Array): number {
  let length = 0;
  // `held` has the `bits` bits that were read and not used, right-aligned; never more than 17.
  let held = 0;
  let bits = 0;
  let at = start;
  for (;;) {
    while (bits < FAST_BITS && at < end) {
      held = ((held << 8) | bytes[at++]!) & 0xffffff;
      bits += 8;
    }
    const window = bits >= FAST_BITS ? held >>> (bits - FAST_BITS) : held << (FAST_BITS - bits);
    const entry = FAST[window & ((1 << FAST_BITS) - 1)]!;
    const used = entry & 0xff;
    if (entry === 0) {
      // Fewer than eight bits that are left over are padding, checked below.
      if (bits < 8 && at >= end) return isPadding(held, bits) ? length : -1;
      const long = decodeLong(bytes, at * 8 - bits, end * 8);
      if (long < 0) return -1;
      out[length++] = long & 0xff;
      const bitAt = at * 8 - bits + (long >>> 8);
      at = (bitAt + 7) >>> 3;
      bits = at * 8 - bitAt;
      held = bits === 0 ? 0 : bytes[at - 1]! & ((1 << bits) - 1);
      continue;
    }
    if (used > bits) return bits < 8 && isPadding(held, bits) ? length : -1;
    out[length++] = entry >>> 8;
    bits -= used;
    held &= (1 << bits) - 1;
  }
}

/** The most significant bits of EOS, which are all ones, and fewer than eight of them. */
function isPadding(held: number, bits: number): boolean {
  return (held & ((1 << bits) - 1)) === (1 << bits) - 1;
}

/** The octet whose code of more than ten bits begins at bit `from`, and its length: `length << 8 | octet`; -1 when there is none. */
function decodeLong(bytes: Uint8Array, from: number, to: number): number {
  let code = 0;
  for (let length = 1; length <= LONGEST && from + length <= to; length++) {
    const bit = from + length - 1;
    code = (code << 1) | ((bytes[bit >>> 3]! >>> (7 - (bit & 7))) & 1);
    if (length <= FAST_BITS) continue;
    const octet = LONG.get(length * 2 ** 32 + code);
    if (octet !== undefined) return octet === HUFFMAN_EOS ? -1 : (length << 8) | octet;
  }
  return -1;
}
