import { u24be, u32be } from '../../bytes/integers.ts';
import { AVP_FLAG_VENDOR } from './header.ts';

/** Header and place of an AVP. RFC 6733 section 4.1. */
export interface AvpHeader {
  readonly code: number;
  readonly flags: number;
  /** 0 when the V flag is not set. */
  readonly vendorId: number;
  /** What the length field says: header and data, without padding. */
  readonly length: number;
  readonly start: number;
  /** Where data begin, and end within the bytes at hand. */
  readonly dataStart: number;
  readonly dataEnd: number;
  /** Where the next AVP begins: behind the padding. */
  readonly next: number;
  /** Why the length cannot be; '' when it can. Then what follows cannot be told apart, and `next` is `end`. */
  readonly problem: string;
}

/** Reads the AVP at `start`; `end` is where its message or group ends. Returns null when fewer than 8 bytes are left. */
export function readAvpHeader(bytes: Uint8Array, start: number, end: number): AvpHeader | null {
  if (end - start < 8) return null;
  const flags = bytes[start + 4]!;
  const length = u24be(bytes, start + 5);
  const headerLength = (flags & AVP_FLAG_VENDOR) !== 0 ? 12 : 8;
  const problem = lengthProblem(length, headerLength, end - start);
  const dataStart = Math.min(start + headerLength, end);
  const dataEnd = problem === '' ? start + length : length < headerLength ? dataStart : end;
  return {
    code: u32be(bytes, start),
    flags,
    vendorId: headerLength === 12 && end - start >= 12 ? u32be(bytes, start + 8) : 0,
    length,
    start,
    dataStart,
    dataEnd,
    next: problem === '' ? Math.min(start + ((length + 3) & ~3), end) : end,
    problem,
  };
}

function lengthProblem(length: number, headerLength: number, available: number): string {
  if (length < headerLength) return `AVP length ${length} is less than its header of ${headerLength} bytes.`;
  if (length > available) return `AVP length ${length} is more than the ${available} bytes that are left.`;
  return '';
}
