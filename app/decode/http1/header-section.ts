import type { Header } from '../../model/exchange.ts';
import type { Problem } from '../../model/problem.ts';
import { sharedTextOf, textOf } from '../http/text.ts';
import { isToken } from './start-line.ts';

/** The fields of a header section that decide how the message goes on. RFC 9112 section 6, RFC 9110 section 7.8. */
export interface HeaderSection {
  readonly headers: Header[];
  readonly problems: Problem[];
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

/** Values up to this length are looked up among those seen before: they mostly are. */
const SHARED_VALUE_LENGTH = 32;

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

/** Reads the field lines in `[start, end)`. RFC 9112 section 5. */
export function parseHeaderSection(bytes: Uint8Array, start: number, end: number): HeaderSection {
  const section: HeaderSection = {
    headers: [],
    problems: [],
    contentLength: -1,
    transferEncoding: '',
    contentType: '',
    host: '',
    upgrade: '',
  };
  let at = start;
  while (at < end) {
    let lineFeed = bytes.indexOf(LINE_FEED, at);
    if (lineFeed < 0 || lineFeed > end) lineFeed = end;
    const lineEnd = lineFeed > at && bytes[lineFeed - 1] === CARRIAGE_RETURN ? lineFeed - 1 : lineFeed;
    if (lineEnd > at) parseLine(section, bytes, at, lineEnd, start);
    at = lineFeed + 1;
  }
  return section;
}

function parseLine(section: HeaderSection, bytes: Uint8Array, start: number, end: number, base: number): void {
  const first = bytes[start];
  if (first === SPACE || first === TAB) {
    unfold(section, bytes, start, end);
    return;
  }
  const colon = bytes.indexOf(COLON, start);
  let nameEnd = colon;
  while (nameEnd > start && (bytes[nameEnd - 1] === SPACE || bytes[nameEnd - 1] === TAB)) nameEnd--;
  if (colon < 0 || colon >= end || !isToken(bytes, start, nameEnd)) {
    note(
      section,
      'http.header.line',
      'A header line is not "name: value" and was passed over.',
      start - base,
      end - start,
    );
    return;
  }
  if (nameEnd < colon) {
    note(
      section,
      'http.header.space',
      'There is white space before the colon of a header field.',
      start - base,
      end - start,
    );
  }
  if (section.headers.length >= MAX_HEADERS) {
    note(
      section,
      'http.header.count',
      `Only the first ${MAX_HEADERS} header fields are kept.`,
      start - base,
      end - start,
    );
    return;
  }
  let valueStart = colon + 1;
  while (valueStart < end && (bytes[valueStart] === SPACE || bytes[valueStart] === TAB)) valueStart++;
  let valueEnd = end;
  while (valueEnd > valueStart && (bytes[valueEnd - 1] === SPACE || bytes[valueEnd - 1] === TAB)) valueEnd--;
  const name = sharedTextOf(bytes, start, nameEnd);
  const value =
    valueEnd - valueStart <= SHARED_VALUE_LENGTH
      ? sharedTextOf(bytes, valueStart, valueEnd)
      : textOf(bytes, valueStart, valueEnd);
  section.headers.push({ name, value });
  recognise(section, name, value);
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

function recognise(section: HeaderSection, name: string, value: string): void {
  switch (name.length) {
    case 4:
      if (section.host === '' && is(name, 'host')) section.host = value;
      return;
    case 7:
      if (is(name, 'upgrade')) section.upgrade = value;
      return;
    case 12:
      if (section.contentType === '' && is(name, 'content-type')) section.contentType = value;
      return;
    case 14:
      if (is(name, 'content-length')) takeContentLength(section, value);
      return;
    case 17:
      if (is(name, 'transfer-encoding')) {
        section.transferEncoding = section.transferEncoding === '' ? value : `${section.transferEncoding}, ${value}`;
      }
      return;
  }
}

function is(name: string, lowerCase: string): boolean {
  return name === lowerCase || name.toLowerCase() === lowerCase;
}

/** RFC 9110 section 8.6: a list of equal values counts as one; anything else is wrong and the first one is used. */
function takeContentLength(section: HeaderSection, value: string): void {
  for (const part of value.split(',')) {
    const digits = part.trim();
    const length = /^\d{1,15}$/.test(digits) ? Number(digits) : -1;
    if (length < 0 || (section.contentLength >= 0 && section.contentLength !== length)) {
      note(
        section,
        'http.content_length',
        `Content-Length "${value.slice(0, 40)}" is no length, or one of several.`,
        0,
        0,
      );
    } else {
      section.contentLength = length;
    }
  }
}

function note(section: HeaderSection, code: string, text: string, offset: number, length: number): void {
  if (section.problems.length < 8) section.problems.push({ severity: 'warning', code, text, range: [offset, length] });
}
