/**
 * Adds bytes to the ones' complement sum of RFC 1071, as 16-bit words in network order; an odd last byte counts as the
 * high half. Start with 0 and finish with `internetChecksum`.
 */
export function addToChecksum(sum: number, bytes: Uint8Array, start = 0, end = bytes.length): number {
  let total = sum;
  let at = start;
  for (; at + 1 < end; at += 2) total += (bytes[at]! << 8) | bytes[at + 1]!;
  if (at < end) total += bytes[at]! << 8;
  // 2^32 / 2^16 words fit before this overflows a double's integers by far; one fold keeps the sum small.
  return (total % 0x10000) + Math.floor(total / 0x10000);
}

/** The checksum that makes a sum come out right: its folded ones' complement. */
export function internetChecksum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000);
  return ~folded & 0xffff;
}
