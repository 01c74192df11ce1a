import { joinBytes } from '../../app/bytes/join.ts';
import { FrameType, PREFACE } from '../../app/decode/http2/frame.ts';
import { http2Protocol } from '../../app/decode/http2/protocol.ts';
import { DecodedConversation } from './decoding.ts';
import { http2Frame as frame, headerBlock } from './frames.ts';

export const END_STREAM = 0x1;
export const END_HEADERS = 0x4;

/** An HTTP/2 connection of which nothing was said yet. */
export function conversation(options?: ConstructorParameters<typeof DecodedConversation>[1]): DecodedConversation {
  return new DecodedConversation(http2Protocol, options);
}

/** A conversation behind the preface and both SETTINGS. */
export function begun(): DecodedConversation {
  return conversation()
    .client(joinBytes([PREFACE, frame(FrameType.SETTINGS, 0, 0)]))
    .server(frame(FrameType.SETTINGS, 0, 0));
}

/** Header blocks of a request and an answer. */
export const request = (path: string, method = 'GET') =>
  headerBlock([
    [':method', method],
    [':path', path],
    [':scheme', 'http'],
    [':authority', 'shop'],
  ]);
export const answer = (status: string) => headerBlock([[':status', status]]);
/** Numbers of 32 bits, one behind the other. */
export const number32 = (...values: number[]) => {
  const bytes = new DataView(new ArrayBuffer(values.length * 4));
  for (const [at, value] of values.entries()) bytes.setUint32(at * 4, value);
  return new Uint8Array(bytes.buffer);
};
