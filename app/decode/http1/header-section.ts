import type { Header } from '../../model/exchange.ts';
import type { Problem } from '../../model/problem.ts';
import { sharedTextOf, textOf } from '../http/text.ts';
import { FieldLineCache, type KnownFieldLine, lineHash } from './field-line-cache.ts';
import { isToken } from './start-line.ts';

/** The fields of a header section that decide how the message goes on. RFC 9112 section 6, RFC 9110 section 7.8. */
export interface HeaderSection {
  readonly headers: Header[];
  readonly problems: Problem[];
  /** Where the section ends: behind the empty line. -1 when that has not come. */
  end: number;
  /** Content-Length; -1 when absent. */
  contentLength: number;
  /** Transfer-Encoding as sent, '' when absent. */
  transferEncoding: string;
  contentType: string;
  host: string;
  upgrade: string;
}

/** More fields than this are passed over. */
const MAX_HEADERS = 2000;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;

/**
 * Where a header section ends that begins before `from`: behind the empty line. -1 when the empty line has not come yet.
 * Lines end with LF, with or without CR (RFC 9112 section 2.2).
 */
export function findSectionEnd(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(LINE_FEED, from);
  while (at >= 0) {
    if (bytes[at + 1] === LINE_FEED) return at + 2;
    if (bytes[at + 1] === CARRIAGE_RETURN && bytes[at + 2] === LINE_FEED) return at + 3;
    at = bytes.indexOf(LINE_FEED, at + 1);
  }
  return -1;
}

const knownLines = new FieldLineCache();

/** Reads the field lines from `start` up to the empty line, or to `limit` when there is none. RFC 9112 section 5. */
export function parseHeaderSection(bytes: Uint8Array, start: number, limit: number): HeaderSection {
  const section: HeaderSection = {
    headers: [],
    problems: [],
    end: -1,
    contentLength: -1,
    transferEncoding: '',
    contentType: '',
    host: '',
    upgrade: '',
  };
  let at = start;
  let before: KnownFieldLine | null = null;
  while (at < limit) {
    const next: KnownFieldLine | null = before === null ? null : knownLines.findNext(before, bytes, at, limit);
    if (next !== null && section.headers.length < MAX_HEADERS) {
      take(section, next);
      before = next;
      at += next.line.length + 2;
      continue;
    }
    let lineFeed = at;
    while (lineFeed < limit && bytes[lineFeed] !== LINE_FEED) lineFeed++;
    const lineEnd = lineFeed > at && bytes[lineFeed - 1] === CARRIAGE_RETURN ? lineFeed - 1 : lineFeed;
    if (lineEnd > at) {
      const known = readLine(section, bytes, at, lineEnd, start);
      if (before !== null && known !== null) before.nextSlot = known.slot;
      before = known;
    } else if (lineFeed < limit) {
      section.end = lineFeed + 1;
      break;
    }
    at = lineFeed + 1;
  }
  return section;
}

/** Reads one line; what is known of it, or null where it is not one of those that come again. */
function readLine(
  section: HeaderSection,
  bytes: Uint8Array,
  start: number,
  end: number,
  base: number,
): KnownFieldLine | null {
  const first = bytes[start];
  if (first === SPACE || first === TAB) {
    unfold(section, bytes, start, end);
    return null;
  }
  if (section.headers.length >= MAX_HEADERS) {
    const text = `Only the first ${MAX_HEADERS} header fields are kept.`;
    note(section, 'http.header.count', text, start - base, end - start);
    return null;
  }
  const hash = lineHash(bytes, start, end);
  const known = knownLines.find(hash, bytes, start, end);
  if (known === null) parseLine(section, bytes, start, end, hash, base);
  else take(section, known);
  return known;
}

function take(section: HeaderSection, { header, decides }: KnownFieldLine): void {
  section.headers.push(header);
  if (decides) recognise(section, header.name, header.value);
}

function parseLine(
  section: HeaderSection,
  bytes: Uint8Array,
  start: number,
  end: number,
  hash: number,
  base: number,
): void {
  let nameEnd = start;
  while (nameEnd < end && bytes[nameEnd] !== COLON) nameEnd++;
  const colon = nameEnd;
  while (nameEnd > start && (bytes[nameEnd - 1] === SPACE || bytes[nameEnd - 1] === TAB)) nameEnd--;
  if (colon === end || !isToken(bytes, start, nameEnd)) {
    const text = 'A header line is not "name: value" and was skipped.';
    note(section, 'http.header.line', text, start - base, end - start);
    return;
  }
  let valueStart = colon + 1;
  while (valueStart < end && (bytes[valueStart] === SPACE || bytes[valueStart] === TAB)) valueStart++;
  let valueEnd = end;
  while (valueEnd > valueStart && (bytes[valueEnd - 1] === SPACE || bytes[valueEnd - 1] === TAB)) valueEnd--;
  const name = sharedTextOf(bytes, start, nameEnd);
  const header = { name, value: textOf(bytes, valueStart, valueEnd) };
  section.headers.push(header);
  const decides = recognise(section, name, header.value);
  if (nameEnd === colon) {
    knownLines.offer(hash, bytes, start, end, header, decides);
  } else {
    const text = 'There is white space before the colon of a header field.';
    note(section, 'http.header.space', text, start - base, end - start);
  }
}

/** Obsolete line folding: the line goes on with the value of the one before. RFC 9112 section 5.2. */
function unfold(section: HeaderSection, bytes: Uint8Array, start: number, end: number): void {
  const last = section.headers.pop();
  if (last === undefined) return;
  const more = textOf(bytes, start, end).trim();
  const value = last.value === '' ? more : more === '' ? last.value : `${last.value} ${more}`;
  section.headers.push({ name: last.name, value });
  recognise(section, last.name, value);
}

/** Takes note of the fields that decide how the message goes on; false for all others. */
function recognise(section: HeaderSection, name: string, value: string): boolean {
  switch (name.length) {
    case 4:
      if (!is(name, 'host')) return false;
      if (section.host === '') section.host = value;
      return true;
    case 7:
      if (!is(name, 'upgrade')) return false;
      section.upgrade = value;
      return true;
    case 12:
      if (!is(name, 'content-type')) return false;
      if (section.contentType === '') section.contentType = value;
      return true;
    case 14:
      if (!is(name, 'content-length')) return false;
      takeContentLength(section, value);
      return true;
    case 17:
      if (!is(name, 'transfer-encoding')) return false;
      section.transferEncoding = section.transferEncoding === '' ? value : `${section.transferEncoding}, ${value}`;
      return true;
  }
  return false;
}

function is(name: string, lowerCase: string): boolean {
  return name === lowerCase || name.toLowerCase() === lowerCase;
}

/** RFC 9110 section 8.6: a list of equal values counts as one; anything else is wrong and the first one is used. */
function takeContentLength(section: HeaderSection, value: string): void {
  const length = lengthOf(value);
  if (length >= 0 && (section.contentLength < 0 || section.contentLength === length)) {
    section.contentLength = length;
  } else if (value.includes(',')) {
    for (const part of value.split(',')) takeContentLength(section, part.trim());
  } else {
    const text = `Content-Length "${value.slice(0, 40)}" is not a length, or one of several.`;
    note(section, 'http.content_length', text, 0, 0);
  }
}

/** The number that the text is, if it is nothing but up to 15 digits; else -1. */
function lengthOf(digits: string): number {
  if (digits.length === 0 || digits.length > 15) return -1;
  let length = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    length = length * 10 + digit;
  }
  return length;
}

function note(section: HeaderSection, code: string, text: string, offset: number, length: number): void {
  if (section.problems.length < 8) section.problems.push({ severity: 'warning', code, text, range: [offset, length] });
}
