import { joinBytes } from '../../bytes/join.ts';
import type { Body } from '../../model/exchange.ts';
import { BodyCursor, type BodyMark, type ReadStored } from '../messages/body-cursor.ts';
import type { MessageSpan } from '../messages/message-span.ts';
import { type WebSocketFrameHeader, WebSocketFrameReader } from './frame-reader.ts';

/** Names of the opcodes that begin a message. RFC 6455 section 11.8. */
const TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'text'],
  [2, 'binary'],
  [8, 'close'],
  [9, 'ping'],
  [10, 'pong'],
]);

const CONTINUATION = 0;
const FIRST_CONTROL = 8;

/** Fragments of a message whose payload can be read; what the ones after them hold is only counted. */
const MAX_FRAGMENTS = 4096;

interface Frame {
  /** Before its header. */
  readonly start: BodyMark;
  readonly headerLength: number;
  readonly header: WebSocketFrameHeader;
  /** All of its payload is there. */
  readonly complete: boolean;
}

/** Frames of one message so far. */
interface Fragments {
  readonly frames: Frame[];
  length: number;
  complete: boolean;
}

/**
 * The messages, control frames among them, in one direction of a WebSocket connection, each where it became whole.
 * Payloads are passed over, not read. RFC 6455 section 5.
 */
export function* webSocketMessageSpans(body: Body, read: ReadStored): Generator<MessageSpan> {
  const cursor = new BodyCursor(body, read);
  let open: Fragments | null = null;
  for (;;) {
    const frame = nextFrame(cursor);
    if (frame === null) break;
    const { opcode, final } = frame.header;
    if (opcode >= FIRST_CONTROL) {
      yield spanOf(cursor, begin(frame), frame.complete);
    } else if (opcode === CONTINUATION) {
      // Without a beginning it belongs to a message from before the capture.
      if (open === null) continue;
      add(open, frame);
      if (final) {
        yield spanOf(cursor, open, open.complete);
        open = null;
      }
    } else {
      if (open !== null) yield spanOf(cursor, open, false);
      open = begin(frame);
      if (final) {
        yield spanOf(cursor, open, open.complete);
        open = null;
      }
    }
  }
  if (open !== null) yield spanOf(cursor, open, false);
}

/** Reads a frame's header and passes over its payload; null at the end and where no frame can be. */
function nextFrame(cursor: BodyCursor): Frame | null {
  let header: WebSocketFrameHeader | null = null;
  const reader = new WebSocketFrameReader({
    frame: (found) => {
      header = found;
    },
    payload: () => {},
    end: () => {},
  });
  const start = cursor.mark();
  let headerLength = 0;
  while (header === null) {
    const octet = cursor.take(1);
    if (octet.length === 0) return null;
    reader.push(octet);
    if (reader.lost) return null;
    headerLength++;
  }
  const { length } = header as WebSocketFrameHeader;
  const complete = cursor.skip(length) === length;
  return { start, headerLength, header, complete };
}

function begin(frame: Frame): Fragments {
  return { frames: [frame], length: frame.header.length, complete: frame.complete };
}

function add(open: Fragments, frame: Frame): void {
  if (open.frames.length < MAX_FRAGMENTS) open.frames.push(frame);
  open.length += frame.header.length;
  open.complete &&= frame.complete;
}

function spanOf(cursor: BodyCursor, { frames, length }: Fragments, complete: boolean): MessageSpan {
  const { opcode, compressed } = frames[0]!.header;
  return {
    time: cursor.time,
    type: TYPES.get(opcode)!,
    length,
    compressed,
    complete,
    payload(limit) {
      const end = cursor.mark();
      const bytes = payloadOf(cursor, frames, Math.min(limit, length));
      cursor.seek(end);
      return bytes;
    },
  };
}

function payloadOf(cursor: BodyCursor, frames: readonly Frame[], limit: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let taken = 0;
  for (const { start, headerLength, header } of frames) {
    const wanted = Math.min(header.length, limit - taken);
    let got = 0;
    const reader = new WebSocketFrameReader({
      frame: () => {},
      payload: (bytes) => {
        parts.push(bytes.slice());
        got += bytes.length;
      },
      end: () => {},
    });
    cursor.seek(start);
    reader.push(cursor.take(headerLength + wanted));
    taken += got;
    if (got < header.length) break;
  }
  return joinBytes(parts);
}
