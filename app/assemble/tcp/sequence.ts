/** How far sequence number `a` is ahead of `b`, from -2^31 to 2^31 - 1. RFC 9293 section 3.4: arithmetic modulo 2^32. */
export function sequenceDistance(a: number, b: number): number {
  return (a - b) | 0;
}

export function addToSequence(sequence: number, length: number): number {
  return (sequence + length) >>> 0;
}
