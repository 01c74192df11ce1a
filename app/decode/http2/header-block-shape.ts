/** What shows of a header block without the table that it refers to. */
export interface BlockShape {
  readonly fields: number;
  /** Its first field is one of the static table's `:method`, `:path`, `:scheme`, `:status`, `:authority`: RFC 7541 appendix A. */
  readonly beginsWithPseudoHeader: boolean;
}

const LAST_PSEUDO_HEADER = 14;
/** Entries of a table that is as large as peers allow, at 32 octets and more each; RFC 7541 section 4.1. */
const LARGEST_INDEX = 61 + 2048;

/** Walks over the representations of a block (RFC 7541 section 6); null when they do not end where the block does. */
export function blockShape(bytes: Uint8Array, start: number, end: number): BlockShape | null {
  let at = start;
  let fields = 0;
  let first = 0;

  /** -1: it goes on beyond the block or is too large. */
  function integer(prefixBits: number): number {
    if (at >= end) return -1;
    const mask = (1 << prefixBits) - 1;
    let value = bytes[at++]! & mask;
    if (value < mask) return value;
    for (let shift = 0; shift <= 21 && at < end; shift += 7) {
      const octet = bytes[at++]!;
      value += (octet & 0x7f) << shift;
      if (octet < 0x80) return value;
    }
    return -1;
  }
  function string(): boolean {
    const length = integer(7);
    at += length;
    return length >= 0 && at <= end;
  }

  while (at < end) {
    const octet = bytes[at]!;
    // A change of the table's size stands before all fields: section 4.2.
    if (octet >= 0x20 && octet < 0x40) {
      if (fields > 0 || integer(5) < 0) return null;
      continue;
    }
    const isIndexed = octet >= 0x80;
    const index = integer(isIndexed ? 7 : octet >= 0x40 ? 6 : 4);
    if (index < 0 || index > LARGEST_INDEX || (isIndexed && index === 0)) return null;
    if (!isIndexed && ((index === 0 && !string()) || !string())) return null;
    if (fields++ === 0) first = index;
  }
  return { fields, beginsWithPseudoHeader: first > 0 && first <= LAST_PSEUDO_HEADER };
}
