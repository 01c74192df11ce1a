import type { Header, Protocol } from '../../model/exchange.ts';
import { GrpcMessageCounter } from '../grpc/message-counter.ts';
import { GrpcWebCounter } from '../grpc/web-counter.ts';
import { headerValue } from './exchange.ts';

/** Looks at a body while it goes by and counts the messages in it, without keeping any. */
export interface BodyWatcher {
  /** Messages whose beginning was seen. */
  readonly count: number;
  push(bytes: Uint8Array): void;
  /** `length` bytes of the body are missing from the capture. */
  skip(length: number): void;
  /** Trailers that the body itself carried (gRPC-Web). */
  readonly trailers?: readonly Header[];
}

/** What a media type says of the body: the protocol of the exchange and who counts its messages. */
export interface WatchedProtocol {
  readonly protocol: Protocol;
  /** Null where nobody can, since a content coding hides the messages. */
  watch(headers: readonly Header[]): BodyWatcher | null;
}

const GRPC: WatchedProtocol = { protocol: 'gRPC', watch: () => new GrpcMessageCounter() };
const GRPC_WEB: WatchedProtocol = { protocol: 'gRPC-Web', watch: (headers) => webCounter(headers, false) };
const GRPC_WEB_TEXT: WatchedProtocol = { protocol: 'gRPC-Web', watch: (headers) => webCounter(headers, true) };

function webCounter(headers: readonly Header[], text: boolean): BodyWatcher | null {
  const coding = headerValue(headers, 'content-encoding').trim();
  return coding === '' || coding.toLowerCase() === 'identity' ? new GrpcWebCounter(text) : null;
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
