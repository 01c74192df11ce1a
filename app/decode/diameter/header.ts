import { u24be, u32be } from '../../bytes/integers.ts';

/** Length of the Diameter header in bytes. RFC 6733 section 3. */
export const HEADER_LENGTH = 20;

/**
 * The longest message that is taken for one, in bytes. The field allows 16 MiB; real messages are a few kilobytes, so a
 * larger number is far more likely to be the sign of a lost boundary than of a message.
 */
export const MAX_MESSAGE_LENGTH = 4 << 20;

/** Command flags. RFC 6733 section 3. */
export const FLAG_REQUEST = 0x80;
const FLAG_ERROR = 0x20;
export const FLAG_RETRANSMITTED = 0x10;
export const FLAGS_RESERVED = 0x0f;

/** AVP flags. RFC 6733 section 4.1. */
export const AVP_FLAG_VENDOR = 0x80;
export const AVP_FLAG_MANDATORY = 0x40;
export const AVP_FLAGS_RESERVED = 0x1f;

/** Highest AVP code that a dictionary of today knows is below 20,000; vendors' own stay below this. */
const LIKELY_AVP_CODES = 0x100000;

/**
 * Command codes that the IETF and 3GPP have given out lie in these ranges, with the two for experiments at the end.
 * https://www.iana.org/assignments/aaa-parameters
 */
function isLikelyCommand(code: number): boolean {
  return (code >= 257 && code < 512) || (code >= 8_388_608 && code < 8_389_120) || code >= 16_777_214;
}

/**
 * How well the bytes from `start` on look like the beginning of a message: `no`; `more` when they do, but are too few to
 * tell; `likely` when header and all AVP headers at hand are sound; `whole` when AVPs fill a whole message exactly.
 */
export function judgeMessage(bytes: Uint8Array, start: number, end: number): 'no' | 'more' | 'likely' | 'whole' {
  const available = end - start;
  if (available > 0 && bytes[start] !== 1) return 'no';
  if (available < 4) return 'more';
  const length = u24be(bytes, start + 1);
  if (length < HEADER_LENGTH || length > MAX_MESSAGE_LENGTH || length % 4 !== 0) return 'no';
  if (available > 4 && (bytes[start + 4]! & FLAGS_RESERVED) !== 0) return 'no';
  if (available < HEADER_LENGTH) return 'more';
  const flags = bytes[start + 4]!;
  if (!isLikelyCommand(u24be(bytes, start + 5))) return 'no';
  // E belongs to answers and T to requests only. RFC 6733 section 3.
  if ((flags & FLAG_REQUEST) !== 0 ? (flags & FLAG_ERROR) !== 0 : (flags & FLAG_RETRANSMITTED) !== 0) return 'no';
  return judgeAvps(bytes, start + HEADER_LENGTH, start + length, end);
}

/** Walks AVP headers from `at` to the message's end, as far as bytes are at hand. */
function judgeAvps(
  bytes: Uint8Array,
  first: number,
  messageEnd: number,
  available: number,
): 'no' | 'more' | 'likely' | 'whole' {
  let at = first;
  while (at < messageEnd) {
    if (at + 8 > available) return at === first ? 'more' : 'likely';
    const code = u32be(bytes, at);
    const flags = bytes[at + 4]!;
    const length = u24be(bytes, at + 5);
    if (code === 0 || code > LIKELY_AVP_CODES || (flags & AVP_FLAGS_RESERVED) !== 0) return 'no';
    if (length < ((flags & AVP_FLAG_VENDOR) !== 0 ? 12 : 8)) return 'no';
    at += (length + 3) & ~3;
    if (at > messageEnd) return 'no';
  }
  return 'whole';
}
