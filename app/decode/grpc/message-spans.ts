import { u32be } from '../../bytes/integers.ts';
import type { Body } from '../../model/exchange.ts';
import { BodyCursor, type ReadStored } from '../messages/body-cursor.ts';
import type { MessageSpan } from '../messages/message-span.ts';
import { GRPC_PREFIX_LENGTH } from './message-counter.ts';
import { GRPC_WEB_TRAILERS } from './web-counter.ts';

const COMPRESSED = 1;

/**
 * The length-prefixed messages in a body of gRPC or binary gRPC-Web, in order. Payloads are passed over, not read. Ends
 * where a prefix is missing or can be none.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
 */
export function* grpcMessageSpans(body: Body, read: ReadStored, web: boolean): Generator<MessageSpan> {
  const cursor = new BodyCursor(body, read);
  const allowedFlags = web ? GRPC_WEB_TRAILERS | COMPRESSED : COMPRESSED;
  for (;;) {
    const prefix = cursor.take(GRPC_PREFIX_LENGTH);
    if (prefix.length < GRPC_PREFIX_LENGTH) return;
    const flags = prefix[0]!;
    if ((flags & ~allowedFlags) !== 0) return;
    const length = u32be(prefix, 1);
    const start = cursor.mark();
    const complete = cursor.skip(length) === length;
    yield {
      time: cursor.time,
      type: (flags & GRPC_WEB_TRAILERS) === 0 ? 'message' : 'trailers',
      length,
      compressed: (flags & COMPRESSED) !== 0,
      complete,
      payload(limit) {
        const end = cursor.mark();
        cursor.seek(start);
        const bytes = cursor.take(Math.min(limit, length)).slice();
        cursor.seek(end);
        return bytes;
      },
    };
  }
}
