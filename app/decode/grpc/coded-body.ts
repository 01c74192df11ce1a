import type { HttpMessage } from '../../model/exchange.ts';
import { type ContentCodings, decodeContent } from '../content/content-codings.ts';
import { headerValue } from '../http/exchange.ts';
import { BodyCursor, type ReadStored } from '../messages/body-cursor.ts';
import type { DecodedBody } from './web-text-body.ts';

/** Bytes that are read of a coded body, and that come out of it, at most. */
const MAX_CODED = 8 << 20;
const MAX_DECODED = 32 << 20;

/**
 * The body of a gRPC-Web message with its Content-Encoding undone, as far as that goes. When each part of it came cannot be
 * told then: all of it has the time at which it was whole.
 */
export async function undoContentEncoding(
  message: HttpMessage,
  read: ReadStored,
  codings: ContentCodings,
): Promise<DecodedBody> {
  const { body, endTime } = message;
  const coding = headerValue(message.headers, 'content-encoding');
  if (coding === '') return { body, read };
  const coded = new BodyCursor(body, read).take(Math.min(body.stored, MAX_CODED));
  const { bytes } = await decodeContent(coded, coding, codings, MAX_DECODED);
  const { length } = bytes;
  return {
    body: { chunks: length === 0 ? [] : [{ time: endTime, offset: 0, length }], stored: length, length },
    read: (offset, wanted) => bytes.subarray(offset, offset + wanted),
  };
}
