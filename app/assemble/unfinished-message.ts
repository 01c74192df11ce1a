import { u24be, u32be } from '../bytes/integers.ts';
import { GRPC_PREFIX_LENGTH } from '../decode/grpc/message-counter.ts';
import { latin1Of } from '../decode/http/text.ts';

const HTTP2_PREFACE_LENGTH = 24;
const HTTP2_FRAME_HEADER_LENGTH = 9;
const DIAMETER_HEADER_LENGTH = 20;

/** Where in bytes that begin with a message (a frame) the first one begins that is not whole; their length when all are. */
export function findUnfinished(protocol: string, bytes: Uint8Array): number {
  switch (protocol) {
    case 'http':
      return findUnfinishedHttp(bytes);
    case 'http2':
      return findUnfinishedFrame(bytes);
    case 'grpc':
      return follow(bytes, 0, GRPC_PREFIX_LENGTH, (at) => GRPC_PREFIX_LENGTH + u32be(bytes, at + 1));
    case 'diameter':
      return follow(bytes, 0, 4, (at) => Math.max(DIAMETER_HEADER_LENGTH, u24be(bytes, at + 1)));
    default:
      return bytes.length;
  }
}

function findUnfinishedFrame(bytes: Uint8Array): number {
  // The preface begins with PRI, which as a frame's length would be more than any endpoint allows.
  const start = bytes[0] === 0x50 && bytes[1] === 0x52 && bytes[2] === 0x49 ? HTTP2_PREFACE_LENGTH : 0;
  return follow(bytes, start, 3, (at) => HTTP2_FRAME_HEADER_LENGTH + u24be(bytes, at));
}

/** Goes from message to message by their lengths, each of which needs `lengthEnd` bytes to be known. */
function follow(bytes: Uint8Array, start: number, lengthEnd: number, lengthAt: (at: number) => number): number {
  let at = start;
  while (at + lengthEnd <= bytes.length) {
    const next = at + lengthAt(at);
    if (next > bytes.length) return at;
    at = next;
  }
  return Math.min(at, bytes.length);
}

/** RFC 9112 section 6, as far as one side tells it: an answer to HEAD seems unfinished. */
function findUnfinishedHttp(bytes: Uint8Array): number {
  const text = latin1Of(bytes);
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf('\r\n\r\n', at);
    if (end < 0) return at;
    const head = text.slice(at, end);
    const length = /\r\ncontent-length:[ \t]*(\d{1,15})/i.exec(head)?.[1];
    let next = end + 4;
    if (/\r\ntransfer-encoding:.*chunked/i.test(head)) {
      // The line end in front of the last chunk may be that of the head.
      const last = text.indexOf('\r\n0\r\n', end + 2);
      next = last < 0 ? -1 : text.indexOf('\r\n\r\n', last + 3) + 4;
    } else if (length !== undefined) {
      next += Number(length);
    } else if (head.startsWith('HTTP/', 0)) {
      return text.length;
    }
    if (next < end + 4 || next > text.length) return at;
    at = next;
  }
  return at;
}
