import type { Direction } from '../../model/exchange.ts';
import type { ProtocolDescriptor, Sniffed, SniffedPlace } from '../stream-decoder.ts';
import { Http2Decoder } from './decoder.ts';
import { judgeFrames } from './evidence.ts';
import { FRAME_HEADER_LENGTH, FrameType, PREFACE, readFrameHeader } from './frame.ts';
import { findFrame } from './resync.ts';

/** A direction of which so many bytes show no frames is not HTTP/2. */
const SNIFFED_LENGTH = 8192;

/** By the client's preface or the server's first SETTINGS; out of the middle by what speaks for frames; where it is told, by one. */
function sniff(direction: Direction, head: Uint8Array, place: SniffedPlace): Sniffed {
  const preface = comparePreface(head);
  if (preface === 'more' || head.length < FRAME_HEADER_LENGTH) return 'more';
  if (preface === 'yes') return direction === 0 ? 'yes' : 'no';
  if (place === 'named') {
    const found = findFrame(head, 0);
    return found.sure ? 'yes' : found.at >= 0 && head.length < SNIFFED_LENGTH ? 'more' : 'no';
  }
  // A connection that was captured from its beginning has the preface, or is none of HTTP/2.
  const fromServer = beginsWithSettings(head);
  if (fromServer ? direction === 0 : place === 'start') return 'no';
  const verdict = judgeFrames(head);
  return verdict === 'more' && head.length >= SNIFFED_LENGTH ? 'no' : verdict;
}

function comparePreface(head: Uint8Array): Sniffed {
  const length = Math.min(PREFACE.length, head.length);
  for (let at = 0; at < length; at++) if (head[at] !== PREFACE[at]) return 'no';
  return length === PREFACE.length ? 'yes' : 'more';
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
    'http2.streamid',
    'http2.headers.method',
    'http2.headers.path',
    'http2.headers.authority',
    'http2.headers.status',
    'http2.headers.content_type',
    'http2.headers.user_agent',
  ],
};
