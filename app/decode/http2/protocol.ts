import type { Direction } from '../../model/exchange.ts';
import type { ProtocolDescriptor, Sniffed } from '../stream-decoder.ts';
import { Http2Decoder } from './decoder.ts';
import { FRAME_HEADER_LENGTH, FrameType, PREFACE, readFrameHeader } from './frame.ts';
import { findFrame } from './resync.ts';

/** A direction of which so many bytes show no frames is not HTTP/2. */
const SNIFFED_LENGTH = 8192;

/** By the preface, by a server's first SETTINGS, or by a row of frames from anywhere. */
function sniff(direction: Direction, head: Uint8Array): Sniffed {
  let matching = 0;
  while (matching < PREFACE.length && matching < head.length && head[matching] === PREFACE[matching]) matching++;
  if (matching === PREFACE.length) return direction === 0 ? 'yes' : 'no';
  if (matching === head.length) return 'more';
  if (head.length < FRAME_HEADER_LENGTH) return 'more';
  if (beginsWithSettings(head)) return direction === 1 ? 'yes' : 'no';
  const found = findFrame(head, 0);
  if (found.sure) return 'yes';
  return found.at >= 0 && head.length < SNIFFED_LENGTH ? 'more' : 'no';
}

/** RFC 9113 section 3.4: a server's first frame is SETTINGS, on stream 0 and without ACK. */
function beginsWithSettings(head: Uint8Array): boolean {
  const { length, type, flags, streamId } = readFrameHeader(head, 0);
  return type === FrameType.SETTINGS && streamId === 0 && flags === 0 && length % 6 === 0 && length < 600;
}

export const http2Protocol: ProtocolDescriptor = {
  name: 'http2',
  ports: [],
  sniff,
  create: (context) => new Http2Decoder(context),
  fields: [
    { name: 'http2.streamid', type: 'number', text: 'Stream identifier' },
    { name: 'http2.headers.method', type: 'string', text: ':method of the request' },
    { name: 'http2.headers.path', type: 'string', text: ':path of the request' },
    { name: 'http2.headers.authority', type: 'string', text: ':authority of the request' },
    { name: 'http2.headers.scheme', type: 'string', text: ':scheme of the request' },
    { name: 'http2.headers.status', type: 'number', text: ':status of the answer' },
    { name: 'http2.headers.content_type', type: 'string', text: 'content-type' },
    { name: 'http2.headers.user_agent', type: 'string', text: 'user-agent' },
  ],
};
