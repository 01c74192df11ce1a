/**
 * A compression that can be undone. `deflate` is RFC 1950 or, as some senders write it, bare RFC 1951; `message-deflate` is a
 * message of permessage-deflate (RFC 7692 section 7.2.2), which ends without a final block.
 */
export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd' | 'message-deflate';

/** What came of undoing one coding. */
export interface Inflated {
  readonly bytes: Uint8Array;
  /**
   * `whole`: to its end. `limit`: stopped because more than the limit comes out of it. `truncated`: the input ends before the
   * stream does. `broken`: the input is no such stream from some place on. `bytes` holds what came out until then.
   */
  readonly end: 'whole' | 'limit' | 'truncated' | 'broken';
}

/** Undoes compression; what the platform has of it is put in from outside. Never throws on bad input. */
export interface ContentCodings {
  /**
   * At most `limit` bytes come out, whatever goes in. `history` is what the sender compressed before with the same
   * window (`message-deflate` only).
   */
  inflate(coding: Coding, bytes: Uint8Array, limit: number, history?: Uint8Array): Promise<Inflated>;
}

/** A body or message with its codings undone. */
export interface DecodedContent {
  readonly bytes: Uint8Array;
  /** Why decoding stopped early, as a sentence; '' when it did not. */
  readonly stopped: string;
}

/** More codings in a row than this are an attack or an error. */
const MAX_CODINGS = 8;

/** Codings by their names in Content-Encoding, RFC 9110 section 8.4.1, and in grpc-encoding. */
const CODINGS: ReadonlyMap<string, Coding> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
  ['zstd', 'zstd'],
]);

/** The codings of a Content-Encoding field in the order of their application; null when there are too many, or one is not known. */
export function codingsOf(contentEncoding: string): readonly Coding[] | null {
  const codings: Coding[] = [];
  for (const name of contentCodingNames(contentEncoding)) {
    const coding = CODINGS.get(name);
    if (coding === undefined || codings.length === MAX_CODINGS) return null;
    codings.push(coding);
  }
  return codings;
}

/** The names in a Content-Encoding field in the order of their application, `identity` left out. */
function contentCodingNames(contentEncoding: string): string[] {
  return contentEncoding
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
}

/**
 * Undoes the codings of a Content-Encoding field, the last one first, until one cannot be undone. `limit` bounds what
 * comes out of each, in bytes.
 */
export async function decodeContent(
  bytes: Uint8Array,
  contentEncoding: string,
  codings: ContentCodings,
  limit: number,
): Promise<DecodedContent> {
  const names = contentCodingNames(contentEncoding);
  if (bytes.length === 0) return { bytes, stopped: '' };
  if (names.length > MAX_CODINGS)
    return { bytes, stopped: `${names.length} content codings on top of each other are not undone.` };
  let current = bytes;
  let stopped = '';
  for (const name of names.reverse()) {
    const coding = CODINGS.get(name);
    if (coding === undefined) return { bytes: current, stopped: `The content coding ${name} is not known.` };
    const inflated = await codings.inflate(coding, current, limit);
    current = inflated.bytes;
    // An outer coding that ended early makes the inner ones end early too: the first reason is the cause.
    if (stopped === '') stopped = stoppedText(name, inflated, limit);
    if (current.length === 0) break;
  }
  return { bytes: current, stopped };
}

/** Why undoing a coding stopped, as a sentence; '' when it did not. */
export function stoppedText(name: string, { bytes, end }: Inflated, limit: number): string {
  switch (end) {
    case 'whole':
      return '';
    case 'limit':
      return `Decoding stopped at ${sizeText(limit)}: the ${name} content is longer than what is decoded for viewing.`;
    case 'truncated':
      return `The ${name} content ends in the middle; ${sizeText(bytes.length)} of it could be decoded.`;
    case 'broken':
      return bytes.length === 0
        ? `The content is not ${name}.`
        : `The ${name} content is broken after ${sizeText(bytes.length)} of decoded bytes.`;
  }
}

function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1 << 20) return `${Number((bytes / 1024).toFixed(1))} KiB`;
  return `${Number((bytes / (1 << 20)).toFixed(1))} MiB`;
}
