import { isToken, isVersion, parseStartLine } from './start-line.ts';

/** Where a start line begins, and of which kind it is. */
export interface FoundStartLine {
  readonly at: number;
  readonly kind: 'request' | 'answer';
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const LETTER_H = 0x48;

/** Registered methods that are common (RFC 9110 section 9, RFC 5789): in the middle of a line only these are believed. */
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT'];

/**
 * Finds the next start line in bytes that begin anywhere, such as behind a hole. A message may begin in the middle of a
 * line, because a body need not end with a line feed. Only whole lines are looked at; null when there is none.
 */
export function findStartLine(bytes: Uint8Array, from: number): FoundStartLine | null {
  let at = bytes.indexOf(LETTER_H, from);
  while (at >= 0) {
    if (isVersion(bytes, at, bytes.length)) {
      const lineFeed = bytes.indexOf(LINE_FEED, at);
      if (lineFeed < 0) return null;
      const end = bytes[lineFeed - 1] === CARRIAGE_RETURN ? lineFeed - 1 : lineFeed;
      if (parseStartLine(bytes, at, end) !== null) return { at, kind: 'answer' };
      const start = startOfRequestLine(bytes, from, at, end);
      if (start >= 0) return { at: start, kind: 'request' };
    }
    at = bytes.indexOf(LETTER_H, at + 1);
  }
  return null;
}

/** Where the request line begins that has its version at `version`; -1 when it is none. */
function startOfRequestLine(bytes: Uint8Array, from: number, version: number, end: number): number {
  if (version + 8 !== end || bytes[version - 1] !== SPACE) return -1;
  let start = version;
  while (start > from && bytes[start - 1] !== LINE_FEED) start--;
  if (parseStartLine(bytes, start, end) !== null) return start;
  const known = startOfKnownMethod(bytes, start, version - 1);
  return known >= 0 && parseStartLine(bytes, known, end) !== null ? known : -1;
}

/** `…}GET /path` ends at `targetEnd`: the method is what a known name before the last inner space says. */
function startOfKnownMethod(bytes: Uint8Array, from: number, targetEnd: number): number {
  let space = targetEnd - 1;
  while (space > from && bytes[space] !== SPACE) space--;
  for (const method of METHODS) {
    const start = space - method.length;
    if (start < from || !isToken(bytes, start, space)) continue;
    let at = 0;
    while (at < method.length && bytes[start + at] === method.charCodeAt(at)) at++;
    if (at === method.length) return start;
  }
  return -1;
}
