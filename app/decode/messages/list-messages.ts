import type { StreamMessage, StreamMessages } from '../../api/types.ts';
import type { HttpMessage, Protocol } from '../../model/exchange.ts';
import type { ContentCodings } from '../content/content-codings.ts';
import { undoContentEncoding } from '../grpc/coded-body.ts';
import { grpcMessageSpans } from '../grpc/message-spans.ts';
import { createGrpcTextReader, isUntyped } from '../grpc/message-text.ts';
import { decodeWebText } from '../grpc/web-text-body.ts';
import type { ProtobufSchema } from '../protobuf/schema.ts';
import { webSocketMessageSpans } from '../websocket/message-spans.ts';
import { createWebSocketTextReader } from '../websocket/message-text.ts';
import type { ReadStored } from './body-cursor.ts';
import { inOrderOfTime, type MessageSpan, type MessageTextReader } from './message-span.ts';

/** Where the messages of a call are found, and what is needed to show them. */
export interface StreamSource {
  readonly protocol: Protocol;
  readonly request: HttpMessage | null;
  readonly answer: HttpMessage | null;
  /** Bytes of the store that the bodies of both are kept in. */
  readonly read: ReadStored;
  readonly codings: ContentCodings;
  /** Types of gRPC messages; null when none were loaded. */
  readonly schema: ProtobufSchema | null;
}

/**
 * Messages `offset` to `offset + limit` of a gRPC, gRPC-Web or WebSocket call, in the order in which they became whole.
 * The bodies are walked over from their beginning; only the payloads of these messages are read. None for other protocols.
 */
export async function listStreamMessages(source: StreamSource, offset: number, limit: number): Promise<StreamMessages> {
  const reader = textReader(source);
  const [request, answer] = await Promise.all([spansOf(source, source.request), spansOf(source, source.answer)]);
  const messages: StreamMessage[] = [];
  let index = 0;
  for (const { side, span } of inOrderOfTime(request, answer)) {
    if (index >= offset && index < offset + limit) {
      const { type, length, compressed, complete } = span;
      const time = Number(span.time) / 1e6;
      messages.push({ index, side, time, length, compressed, type, text: await reader.text(side, span), complete });
    } else if (index < offset) {
      await reader.pass(side, span);
    }
    index++;
  }
  return { total: index, messages, untyped: source.protocol.startsWith('gRPC') && isUntyped(source) };
}

async function spansOf(source: StreamSource, message: HttpMessage | null): Promise<Iterator<MessageSpan>> {
  const { protocol, read } = source;
  if (message === null) return [].values();
  switch (protocol) {
    case 'gRPC':
      return grpcMessageSpans(message.body, read, false);
    case 'gRPC-Web': {
      const plain = await undoContentEncoding(message, read, source.codings);
      const decoded = isWebText(message) ? decodeWebText(plain.body, plain.read) : plain;
      return grpcMessageSpans(decoded.body, decoded.read, true);
    }
    case 'WebSocket':
      return webSocketMessageSpans(message.body, read);
    default:
      return [].values();
  }
}

function isWebText({ headers }: HttpMessage): boolean {
  return headers.some(
    ({ name, value }) => name.toLowerCase() === 'content-type' && /^application\/grpc-web-text/i.test(value),
  );
}

function textReader(source: StreamSource): MessageTextReader {
  return source.protocol === 'WebSocket' ? createWebSocketTextReader(source) : createGrpcTextReader(source);
}
