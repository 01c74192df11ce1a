import type { Header, HttpMessage, Protocol } from '../../model/exchange.ts';
import { CodedWebCounter } from '../grpc/coded-web-counter.ts';
import { GrpcMessageCounter } from '../grpc/message-counter.ts';
import { GrpcWebCounter } from '../grpc/web-counter.ts';
import type { DecodeContext } from '../stream-decoder.ts';
import { headerValue } from './exchange.ts';

/** Looks at a body while it goes by and counts the messages in it, without keeping any. */
export interface BodyWatcher {
  /** Messages whose beginning was seen. */
  readonly count: number;
  push(bytes: Uint8Array): void;
  /** `length` bytes of the body are missing from the capture. */
  skip(length: number): void;
  /** No more of the body comes. Called before `count` and `trailers` are looked at for the last time. */
  end?(): void;
  /** Trailers that the body itself carried (gRPC-Web). */
  readonly trailers?: readonly Header[];
}

/** What a media type says of the body: the protocol of the exchange and who counts its messages. */
export interface WatchedProtocol {
  readonly protocol: Protocol;
  /** The body of `message`, which begins; null where nobody can, since a content coding hides the messages. */
  watch(message: HttpMessage, context: DecodeContext): BodyWatcher | null;
}

const GRPC: WatchedProtocol = { protocol: 'gRPC', watch: () => new GrpcMessageCounter() };
const GRPC_WEB: WatchedProtocol = { protocol: 'gRPC-Web', watch: (...body) => webCounter(...body, false) };
const GRPC_WEB_TEXT: WatchedProtocol = { protocol: 'gRPC-Web', watch: (...body) => webCounter(...body, true) };

function webCounter(message: HttpMessage, { readContent }: DecodeContext, text: boolean): BodyWatcher | null {
  const coding = headerValue(message.headers, 'content-encoding').trim();
  const counter = new GrpcWebCounter(text);
  if (coding === '' || coding.toLowerCase() === 'identity') return counter;
  return readContent === null ? null : new CodedWebCounter(counter, () => readContent(message.body, coding));
}

/**
 * Recognises gRPC and gRPC-Web by their content type.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
 */
export function watchedProtocol(contentType: string): WatchedProtocol | null {
  if (!startsWithIgnoringCase(contentType, 'application/grpc')) return null;
  const rest = contentType.slice('application/grpc'.length).toLowerCase();
  if (rest.startsWith('-web-text')) return GRPC_WEB_TEXT;
  if (rest.startsWith('-web')) return GRPC_WEB;
  return rest === '' || /^[+; \t]/.test(rest) ? GRPC : null;
}

function startsWithIgnoringCase(text: string, lowerCase: string): boolean {
  return text.startsWith(lowerCase) || text.slice(0, lowerCase.length).toLowerCase() === lowerCase;
}
