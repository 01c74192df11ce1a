/** Shorter runs are summed byte by byte: making a view costs more than it saves. */
const LONG_RUN = 64;

/**
 * Adds bytes to the ones' complement sum of RFC 1071, as 16-bit words in network order; an odd last byte counts as the
 * high half. Start with 0 and finish with `internetChecksum`.
 */
export function addToChecksum(sum: number, bytes: Uint8Array, start = 0, end = bytes.length): number {
  let total = sum;
  let at = start;
  if (end - start >= LONG_RUN) {
    // 32 bits at a time: 2^16 is 1 modulo 2^16 - 1, so both halves count the same. A double holds 2^21 of them exactly.
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (; at + 3 < end; at += 4) total += view.getUint32(at);
  }
  for (; at + 1 < end; at += 2) total += (bytes[at]! << 8) | bytes[at + 1]!;
  if (at < end) total += bytes[at]! << 8;
  return (total % 0x10000) + Math.floor(total / 0x10000);
}

/** The checksum that makes a sum come out right: its folded ones' complement. */
export function internetChecksum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return ~folded & 0xffff;
}
