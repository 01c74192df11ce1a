import type {
  Body,
  Conversation,
  DiameterMessage,
  Exchange,
  Header,
  HttpMessage,
  Message,
} from '../../../app/model/exchange.ts';

/** JSON has no bigint; times are decimal text in it. */
type Timed<M> = Omit<M, 'startTime' | 'endTime' | 'body' | 'headers' | 'trailers'> & {
  readonly times: readonly [start: string, end: string];
  readonly body: StoredBody;
};
type StoredHttp = Timed<HttpMessage> & { readonly headers: StoredHeaders; readonly trailers: StoredHeaders };
type StoredMessage = StoredHttp | Timed<DiameterMessage>;
/** Names and values by turns; a name of which something is unknown is followed by `null` before its value. */
type StoredHeaders = (string | null)[];
/** Stored and true length, then time, offset, length and bytes lost before (-1: none) of each chunk. */
type StoredBody = readonly [stored: number, length: number, chunks: readonly (string | number)[]];
interface StoredExchange extends Omit<Exchange, 'request' | 'answer' | 'informational'> {
  readonly request: StoredMessage | null;
  readonly answer: StoredMessage | null;
  readonly informational: readonly StoredMessage[];
}

function packHeaders(headers: readonly Header[]): StoredHeaders {
  const packed: StoredHeaders = [];
  for (const { name, value, unknown } of headers) {
    if (unknown) packed.push(name, null, value);
    else packed.push(name, value);
  }
  return packed;
}

function unpackHeaders(packed: StoredHeaders): Header[] {
  const headers: Header[] = [];
  for (let at = 0; at < packed.length; at += 2) {
    const name = packed[at]!;
    if (packed[at + 1] === null) headers.push({ name, value: packed[++at + 1]!, unknown: true });
    else headers.push({ name, value: packed[at + 1]! });
  }
  return headers;
}

function packBody(body: Body): StoredBody {
  return [
    body.stored,
    body.length,
    body.chunks.flatMap((chunk): (string | number)[] => [
      String(chunk.time),
      chunk.offset,
      chunk.length,
      chunk.lostBefore ?? -1,
    ]),
  ];
}

function unpackBody([stored, length, packed]: StoredBody): Body {
  const chunks = [];
  for (let at = 0; at < packed.length; at += 4) {
    const [time, offset, size, lostBefore] = packed.slice(at, at + 4) as [string, number, number, number];
    chunks.push({ time: BigInt(time), offset, length: size, ...(lostBefore === -1 ? {} : { lostBefore }) });
  }
  return { stored, length, chunks };
}

function packMessage(message: Message): StoredMessage {
  const { startTime, endTime, body, ...rest } = message;
  const times = [String(startTime), String(endTime)] as const;
  if (rest.kind === 'diameter') return { ...rest, times, body: packBody(body) };
  const { headers, trailers, ...line } = rest;
  return { ...line, times, body: packBody(body), headers: packHeaders(headers), trailers: packHeaders(trailers) };
}

function unpackMessage(stored: StoredMessage): Message {
  const { times, body: packed, ...rest } = stored;
  const common = { startTime: BigInt(times[0]), endTime: BigInt(times[1]), body: unpackBody(packed) };
  if (rest.kind === 'diameter') return { ...rest, ...common };
  return { ...rest, ...common, headers: unpackHeaders(rest.headers), trailers: unpackHeaders(rest.trailers) };
}

/** A finished exchange as text for the spill file. */
export function encodeExchange(exchange: Exchange): string {
  const stored: StoredExchange = {
    ...exchange,
    conversation: exchange.conversation,
    request: exchange.request === null ? null : packMessage(exchange.request),
    answer: exchange.answer === null ? null : packMessage(exchange.answer),
    informational: exchange.informational.map(packMessage),
  };
  return JSON.stringify(stored);
}

/** The exchange that `encodeExchange` was given. Only for what this engine wrote itself. */
export function decodeExchange(text: string): Exchange {
  const stored = JSON.parse(text) as StoredExchange;
  return {
    ...stored,
    conversation: stored.conversation as Conversation,
    request: stored.request === null ? null : unpackMessage(stored.request),
    answer: stored.answer === null ? null : unpackMessage(stored.answer),
    informational: stored.informational.map((message) => unpackMessage(message) as HttpMessage),
  };
}
