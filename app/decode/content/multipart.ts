import type { Header } from '../../model/exchange.ts';
import { parseHeaderText } from '../http/headers-text.ts';
import { parseMediaType } from './media-type.ts';

/** A part of a multipart body. RFC 2046 section 5.1. */
export interface MultipartPart {
  readonly headers: readonly Header[];
  /** Of Content-Disposition (RFC 7578 section 4.2); '' where there is none. */
  readonly name: string;
  readonly filename: string;
  /** Its Content-Type with parameters; '' where it has none, which means plain text. */
  readonly contentType: string;
  /** Where its content lies in the body. */
  readonly range: readonly [offset: number, length: number];
  /** The delimiter after it is there. */
  readonly complete: boolean;
}

/** Parts that are listed at most. */
const MAX_PARTS = 1_000;
const MAX_HEADERS = 16_384;

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;

/** A line that separates parts. */
interface Delimiter {
  /** Where the content before it ends: the line break before the delimiter belongs to it. */
  readonly contentEnd: number;
  /** After its line. */
  readonly end: number;
  readonly isLast: boolean;
}

/** The parts of a body whose Content-Type has this field value, as far as it was kept. */
export function multipartParts(body: Uint8Array, contentType: string): MultipartPart[] {
  const boundary = parseMediaType(contentType).parameters.get('boundary') ?? '';
  // RFC 2046 section 5.1.1 allows 70 characters.
  if (boundary === '' || boundary.length > 256) return [];
  const line = new TextEncoder().encode(`--${boundary}`);
  const parts: MultipartPart[] = [];
  let delimiter = nextDelimiter(body, 0, line);
  while (delimiter !== null && !delimiter.isLast && parts.length < MAX_PARTS) {
    const next = nextDelimiter(body, delimiter.end, line);
    if (delimiter.end < body.length) parts.push(partOf(body, delimiter.end, next));
    delimiter = next;
  }
  return parts;
}

function nextDelimiter(body: Uint8Array, from: number, line: Uint8Array): Delimiter | null {
  for (let at = body.indexOf(DASH, from); at >= 0; at = body.indexOf(DASH, at + 1)) {
    if ((at > 0 && body[at - 1] !== LF) || !line.every((octet, index) => body[at + index] === octet)) continue;
    const after = at + line.length;
    const isLast = body[after] === DASH && body[after + 1] === DASH;
    const lineFeed = body.indexOf(LF, after);
    const end = lineFeed < 0 ? body.length : lineFeed + 1;
    // Another boundary may begin with this one: after it only white space may stand.
    if (!isLast && body.subarray(after, end).some((octet) => octet > 0x20)) continue;
    const contentEnd = at - (at === 0 ? 0 : body[at - 2] === CR ? 2 : 1);
    return { contentEnd: Math.max(from, contentEnd), end, isLast };
  }
  return null;
}

function partOf(body: Uint8Array, start: number, next: Delimiter | null): MultipartPart {
  const end = next?.contentEnd ?? body.length;
  const content = contentStart(body, start, end);
  const headers = parseHeaderText(body.subarray(start, Math.min(content, start + MAX_HEADERS)));
  const fieldValue = (name: string) => headers.find((header) => header.name.toLowerCase() === name)?.value ?? '';
  const { parameters } = parseMediaType(fieldValue('content-disposition'));
  return {
    headers,
    name: parameters.get('name') ?? '',
    filename: parameters.get('filename') ?? '',
    contentType: fieldValue('content-type'),
    range: [content, end - content],
    complete: next !== null,
  };
}

/** After the empty line that ends the headers; `end` when there is none. */
function contentStart(body: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; ) {
    const lineFeed = body.indexOf(LF, at);
    if (lineFeed < 0 || lineFeed >= end) return end;
    if (lineFeed === at || (lineFeed === at + 1 && body[at] === CR)) return lineFeed + 1;
    at = lineFeed + 1;
  }
  return end;
}
