import type { ByteBuilder } from '../bytes/byte-builder.ts';
import { putU16be, putU32be } from '../bytes/integers.ts';
import type { Direction, Nanoseconds } from '../model/exchange.ts';
import { encodeFields } from './hpack-encode.ts';
import { directionOf, type HeadersEvent, type MessageWriter, type WireOutput } from './message-writer.ts';

/** Frame types and flags: RFC 9113 section 6. */
const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const WINDOW_UPDATE = 8;
const CONTINUATION = 9;
const END_STREAM = 0x1;
const ACK = 0x1;
const END_HEADERS = 0x4;
const FRAME_HEADER_LENGTH = 9;
/** SETTINGS_MAX_FRAME_SIZE that holds where none was announced. */
const MAXIMUM_FRAME = 16_384;
/** The exchange is the first that its connection's client began. */
const STREAM = 1;
/** RFC 9113 section 7. */
const CANCEL = 8;
const SETTINGS_INITIAL_WINDOW_SIZE = 4;
const MAXIMUM_WINDOW = 0x7fffffff;
const INITIAL_WINDOW = 65_535;
/** RFC 9113 section 3.4. */
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
/** Fields that HTTP/2 forbids (RFC 9113 section 8.2.2), which Envoy's maps have where it made an upgrade of them. */
const CONNECTION_SPECIFIC = new Set(['connection', 'upgrade', 'keep-alive', 'proxy-connection', 'transfer-encoding']);

/** Writes one exchange as stream 1 of an HTTP/2 connection, preface and settings included. */
export function createHttp2Writer(out: WireOutput, scratch: ByteBuilder): MessageWriter {
  const ended: [boolean, boolean] = [false, false];
  const cut: [boolean, boolean] = [false, false];
  let upgraded = false;

  function frame(type: number, flags: number, stream: number, length: number): number {
    const at = scratch.reserve(FRAME_HEADER_LENGTH);
    fillFrameHeader(scratch.bytes, at, type, flags, stream, length);
    return at;
  }

  /** Both windows as wide as they go: the packets need no WINDOW_UPDATE to be right. */
  function settings(preface: string): Uint8Array {
    scratch.length = 0;
    scratch.text(preface);
    frame(SETTINGS, 0, 0, 6);
    scratch.u16be(SETTINGS_INITIAL_WINDOW_SIZE);
    scratch.u32be(MAXIMUM_WINDOW);
    frame(WINDOW_UPDATE, 0, 0, 4);
    scratch.u32be(MAXIMUM_WINDOW - INITIAL_WINDOW);
    return scratch.built();
  }

  function settingsAcknowledged(): Uint8Array {
    scratch.length = 0;
    frame(SETTINGS, ACK, 0, 0);
    return scratch.built();
  }

  /**
   * HEADERS, and CONTINUATION frames where they do not hold everything. `apart` leaves HEADERS empty: after a body that was
   * cut, Wireshark dissects at the end of the stream the gRPC message that is not whole, and what of the same frame comes
   * after that failure stays unread. In a frame of its own grpc-status is read.
   */
  function fieldBlock(fields: readonly (readonly [string, string])[], endStream: boolean, apart: boolean): Uint8Array {
    scratch.length = 0;
    scratch.reserve(FRAME_HEADER_LENGTH);
    encodeFields(scratch, fields);
    const flags = endStream ? END_STREAM : 0;
    const length = scratch.length - FRAME_HEADER_LENGTH;
    if (length <= MAXIMUM_FRAME && !apart) {
      fillFrameHeader(scratch.bytes, 0, HEADERS, flags | END_HEADERS, STREAM, length);
      return scratch.built();
    }
    const block = scratch.copy(FRAME_HEADER_LENGTH);
    scratch.length = 0;
    let start = apart ? 0 : MAXIMUM_FRAME;
    frame(HEADERS, flags, STREAM, start);
    scratch.append(block.subarray(0, start));
    while (start < length) {
      const end = Math.min(length, start + MAXIMUM_FRAME);
      frame(CONTINUATION, end === length ? END_HEADERS : 0, STREAM, end - start);
      scratch.append(block.subarray(start, end));
      start = end;
    }
    return scratch.built();
  }

  /** Envoy shows the extended CONNECT of RFC 8441 as an HTTP/1.1 upgrade; on the wire it was not. */
  function wireFields(event: HeadersEvent): readonly (readonly [string, string])[] {
    if (!event.headers.some(([name]) => CONNECTION_SPECIFIC.has(name))) {
      return upgraded && event.side === 'answer' ? event.headers.map(switchingToOk) : event.headers;
    }
    const upgrade = event.headers.find(([name]) => name === 'upgrade')?.[1];
    const fields = event.headers.filter(([name]) => !CONNECTION_SPECIFIC.has(name));
    if (event.side === 'answer') return upgraded ? fields.map(switchingToOk) : fields;
    if (upgrade === undefined) return fields;
    upgraded = true;
    const rest = fields.filter(([name]) => name !== ':method');
    return [[':method', 'CONNECT'], [':protocol', upgrade], ...rest];
  }

  function dataFrames(direction: Direction, bytes: Uint8Array, endStream: boolean, time: Nanoseconds): void {
    scratch.length = 0;
    let start = 0;
    do {
      const end = Math.min(bytes.length, start + MAXIMUM_FRAME);
      frame(DATA, endStream && end === bytes.length ? END_STREAM : 0, STREAM, end - start);
      scratch.append(bytes.subarray(start, end));
      start = end;
    } while (start < bytes.length);
    out.send(direction, scratch.built(), time);
  }

  return {
    begin(time) {
      out.send(0, settings(PREFACE), time);
      out.send(1, settings(''), time);
      const acknowledgement = settingsAcknowledged();
      out.send(1, acknowledgement, time);
      out.send(0, acknowledgement, time);
    },

    headers(event, { next }) {
      const direction = directionOf(event.side);
      if (ended[direction]) return;
      const endStream = event.kind === 'trailers' || endsWith(next);
      ended[direction] = endStream;
      const apart = event.kind === 'trailers' && cut[direction] && event.headers.length > 0;
      out.send(direction, fieldBlock(wireFields(event), endStream, apart), event.time);
    },

    /** A frame says its own length: of a cut body there are the frames of what was kept, and the metadata knows the rest. */
    data(event, { next }) {
      const direction = directionOf(event.side);
      if (ended[direction]) return;
      if (event.length > event.bytes.length) cut[direction] = true;
      const endStream = endsWith(next);
      ended[direction] = endStream;
      if (event.bytes.length > 0 || endStream) dataFrames(direction, event.bytes, endStream, event.time);
    },

    end(side, time) {
      const direction = directionOf(side);
      if (!ended[direction]) dataFrames(direction, new Uint8Array(0), true, time);
      ended[direction] = true;
    },

    reset(side, time) {
      scratch.length = 0;
      frame(RST_STREAM, 0, STREAM, 4);
      scratch.u32be(CANCEL);
      out.send(directionOf(side), scratch.built(), time);
      ended[0] = true;
      ended[1] = true;
      return true;
    },
  };
}

function endsWith(next: { kind: string; reset?: boolean } | null): boolean {
  return next?.kind === 'end' && next.reset === false;
}

function switchingToOk(field: readonly [string, string]): readonly [string, string] {
  return field[0] === ':status' && field[1] === '101' ? [':status', '200'] : field;
}

function fillFrameHeader(
  bytes: Uint8Array,
  at: number,
  type: number,
  flags: number,
  stream: number,
  length: number,
): void {
  bytes[at] = length >>> 16;
  putU16be(bytes, at + 1, length & 0xffff);
  bytes[at + 3] = type;
  bytes[at + 4] = flags;
  putU32be(bytes, at + 5, stream);
}
