import { sharedTextOf, textOf } from '../http/text.ts';

/** RFC 9112 section 3. */
export interface RequestLine {
  readonly kind: 'request';
  readonly method: string;
  readonly target: string;
  readonly version: string;
}

/** RFC 9112 section 4. */
export interface StatusLine {
  readonly kind: 'answer';
  readonly version: string;
  readonly status: number;
  readonly reason: string;
}

const SPACE = 0x20;
const MAX_METHOD_LENGTH = 32;
/** Length of `HTTP/1.1`. */
const VERSION_LENGTH = 8;

/** `token` of RFC 9110 section 5.6.2, by octet: 1 where it is allowed. */
const TOKEN = makeTokenTable();

function makeTokenTable(): Uint8Array {
  const table = new Uint8Array(256);
  const allowed = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (let at = 0; at < allowed.length; at++) table[allowed.charCodeAt(at)] = 1;
  return table;
}

/** Whether all octets of the range may stand in a token, and there is at least one. */
export function isToken(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (TOKEN[bytes[at]!] === 0) return false;
  return end > start;
}

/**
 * Reads the line `[start, end)`, which has no line end. Tolerates more than one space between the parts and spaces in the
 * target, as RFC 9112 section 3 lets recipients do. null when it is no start line of HTTP/1.
 */
export function parseStartLine(bytes: Uint8Array, start: number, end: number): RequestLine | StatusLine | null {
  return isVersion(bytes, start, end) ? parseStatusLine(bytes, start, end) : parseRequestLine(bytes, start, end);
}

/** Whether `HTTP/1.` and a digit stand at `at`. */
export function isVersion(bytes: Uint8Array, at: number, end: number): boolean {
  return (
    at + VERSION_LENGTH <= end &&
    bytes[at] === 0x48 &&
    bytes[at + 1] === 0x54 &&
    bytes[at + 2] === 0x54 &&
    bytes[at + 3] === 0x50 &&
    bytes[at + 4] === 0x2f &&
    bytes[at + 5] === 0x31 &&
    bytes[at + 6] === 0x2e &&
    isDigit(bytes[at + 7]!)
  );
}

function parseStatusLine(bytes: Uint8Array, start: number, end: number): StatusLine | null {
  let at = start + VERSION_LENGTH;
  if (bytes[at] !== SPACE) return null;
  while (at < end && bytes[at] === SPACE) at++;
  if (at + 3 > end || !isDigit(bytes[at]!) || !isDigit(bytes[at + 1]!) || !isDigit(bytes[at + 2]!)) return null;
  const status = (bytes[at]! - 0x30) * 100 + (bytes[at + 1]! - 0x30) * 10 + (bytes[at + 2]! - 0x30);
  at += 3;
  if (at < end && bytes[at] !== SPACE) return null;
  const reason = at < end ? sharedTextOf(bytes, at + 1, end) : '';
  return { kind: 'answer', version: versionAt(bytes, start), status, reason };
}

function parseRequestLine(bytes: Uint8Array, start: number, end: number): RequestLine | null {
  const versionStart = end - VERSION_LENGTH;
  if (versionStart <= start || !isVersion(bytes, versionStart, end) || bytes[versionStart - 1] !== SPACE) return null;
  let methodEnd = start;
  while (methodEnd < versionStart && TOKEN[bytes[methodEnd]!] === 1) methodEnd++;
  if (methodEnd === start || methodEnd - start > MAX_METHOD_LENGTH || bytes[methodEnd] !== SPACE) return null;
  let targetStart = methodEnd;
  while (bytes[targetStart] === SPACE && targetStart < versionStart) targetStart++;
  let targetEnd = versionStart;
  while (targetEnd > targetStart && bytes[targetEnd - 1] === SPACE) targetEnd--;
  if (targetEnd === targetStart) return null;
  return {
    kind: 'request',
    method: sharedTextOf(bytes, start, methodEnd),
    target: textOf(bytes, targetStart, targetEnd),
    version: versionAt(bytes, versionStart),
  };
}

function versionAt(bytes: Uint8Array, at: number): string {
  const minor = bytes[at + 7]! - 0x30;
  return minor === 1 ? '1.1' : minor === 0 ? '1.0' : `1.${minor}`;
}

function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}
