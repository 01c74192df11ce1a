import type { Direction } from '../../model/exchange.ts';
import type { ProtocolDescriptor, Sniffed } from '../stream-decoder.ts';
import { Http1Decoder } from './decoder.ts';
import { findStartLine } from './resync.ts';
import { isToken } from './start-line.ts';

/** A direction of which so many bytes show no start line is not HTTP/1. */
const SNIFFED_LENGTH = 8192;
const SPACE = 0x20;
const LINE_FEED = 0x0a;
const SLASH = 0x2f;
const DELETE = 0x7f;
const MAX_METHOD_LENGTH = 32;
const HTTP2_PREFACE_METHOD = 'PRI ';

/** By a start line: the first line, or any later one when the capture began in the middle of a message. */
function sniff(direction: Direction, head: Uint8Array): Sniffed {
  if (startsWith(head, HTTP2_PREFACE_METHOD)) return 'no';
  const found = findStartLine(head, 0);
  if (found !== null) return (found.kind === 'request') === (direction === 0) ? 'yes' : 'no';
  const isOneLine = head.indexOf(LINE_FEED) < 0;
  const waits = isOneLine ? mayBecomeStartLine(head) : mayBeBody(head);
  if (head.length < SNIFFED_LENGTH) return waits ? 'more' : 'no';
  return isOneLine && direction === 0 && beginsLongRequestLine(head) ? 'yes' : 'no';
}

/** `METHOD /target` whose target goes on: proxies take request lines of 60 KB and more. */
function beginsLongRequestLine(head: Uint8Array): boolean {
  const space = head.indexOf(SPACE);
  if (space < 1 || space > MAX_METHOD_LENGTH || head[space + 1] !== SLASH || !isToken(head, 0, space)) return false;
  for (let at = space + 1; at < head.length; at++) if (head[at]! <= SPACE || head[at] === DELETE) return false;
  return true;
}

/** The first line is not whole yet, and so far it could be `METHOD target` or `HTTP/1.1 200`. */
function mayBecomeStartLine(head: Uint8Array): boolean {
  const space = head.indexOf(SPACE);
  const end = space < 0 ? head.length : space;
  return isToken(head, 0, Math.min(end, MAX_METHOD_LENGTH)) || startsWith(head, 'HTTP/') || mayBeBody(head);
}

/** Text, which a body in whose middle the capture began mostly is. */
function mayBeBody(head: Uint8Array): boolean {
  for (let at = 0; at < head.length && at < 256; at++) {
    const octet = head[at]!;
    if (octet < 0x20 && octet !== 0x09 && octet !== 0x0a && octet !== 0x0d) return false;
  }
  return true;
}

function startsWith(head: Uint8Array, text: string): boolean {
  for (let at = 0; at < text.length; at++) if (head[at] !== text.charCodeAt(at)) return false;
  return true;
}

export const http1Protocol: ProtocolDescriptor = {
  name: 'http',
  ports: [],
  sniff,
  create: (context) => new Http1Decoder(context),
  fields: [
    'http.request.method',
    'http.request.uri',
    'http.request.version',
    'http.host',
    'http.response.code',
    'http.content_type',
    'http.user_agent',
  ],
};
