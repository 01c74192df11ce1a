import {
  FLAG_END_HEADERS,
  FLAG_END_STREAM,
  FLAG_PADDED,
  FLAG_PRIORITY,
  FRAME_HEADER_LENGTH,
  type FrameHeader,
  FrameType,
  readFrameHeader,
} from './frame.ts';
import { blockShape } from './header-block-shape.ts';
import { isPlausible, mayBeHeader } from './resync.ts';

/** So many bits make a row of frames that begins with a segment no accident, and one that begins anywhere in it. */
const ENOUGH_AT_START = 36;
const ENOUGH_ANYWHERE = 48;
/** A row with less is not worth waiting for more of it. */
const WORTH_WAITING = 12;
/** That the last frame ends with the bytes. */
const EXACT_END = 8;
const SAME_STREAM = 16;
/** Frames of one row that are looked at. */
const LONGEST_ROW = 8;

/** The fixed octets of a frame type and what its payload has to be. What two 32-bit integers may look like counts little. */
const BITS = {
  settings: 40,
  settingsAck: 16,
  emptySettings: 8,
  ping: 32,
  windowUpdate: 28,
  rstStream: 32,
  goaway: 28,
  priority: 24,
  pseudoHeader: 16,
  field: 4,
  openBlock: 4,
  data: 6,
  emptyData: 2,
  grpcMessage: 12,
} as const;
const MOST_FIELDS = 6;
/** RFC 9113 section 7. */
const LARGEST_ERROR_CODE = 13;

/**
 * Whether bytes out of the middle of a connection of any protocol hold HTTP/2 frames. Many a binary protocol has lengths and
 * small numbers where a frame header has its own, so that a plausible header proves little: what is fixed in it, what its payload
 * holds and how it goes with its neighbours is added up.
 * @returns `more` when a row of frames has begun that further bytes may prove
 */
export function judgeFrames(bytes: Uint8Array): 'yes' | 'no' | 'more' {
  let promising = false;
  for (let at = 0; at + FRAME_HEADER_LENGTH <= bytes.length; at++) {
    if (!mayBeHeader(bytes, at)) continue;
    const bits = rowEvidence(bytes, at);
    if (bits >= (at === 0 ? ENOUGH_AT_START : ENOUGH_ANYWHERE)) return 'yes';
    promising ||= bits >= WORTH_WAITING;
  }
  return promising ? 'more' : 'no';
}

/** Bits that speak for a row of frames from `at` on; 0 when one of them cannot be. */
function rowEvidence(bytes: Uint8Array, at: number): number {
  let bits = 0;
  let next = at;
  let open = 0;
  for (let frames = 0; frames < LONGEST_ROW && next + FRAME_HEADER_LENGTH <= bytes.length; frames++) {
    if (!isPlausible(bytes, next)) return 0;
    const header = readFrameHeader(bytes, next);
    // A stream's own end, and the frames of streams that clients open: RFC 9113 section 5.1.1.
    if (header.streamId !== 0 && header.streamId % 2 === 0) return 0;
    const evidence = frameEvidence(bytes, next + FRAME_HEADER_LENGTH, header);
    if (evidence === 0) return 0;
    bits += evidence;
    if (open !== 0 && header.streamId === open && header.type === FrameType.DATA) bits += SAME_STREAM;
    if (carriesMessage(header)) open = (header.flags & FLAG_END_STREAM) === 0 ? header.streamId : 0;
    next += FRAME_HEADER_LENGTH + header.length;
  }
  return next === bytes.length ? bits + EXACT_END : bits;
}

function carriesMessage({ type }: FrameHeader): boolean {
  return type === FrameType.DATA || type === FrameType.HEADERS;
}

/** Bits that a frame speaks for itself, of whose payload perhaps only the beginning is there; 0 when it cannot be one. */
function frameEvidence(bytes: Uint8Array, payload: number, header: FrameHeader): number {
  const { length, type, flags } = header;
  const whole = payload + length <= bytes.length;
  switch (type) {
    case FrameType.SETTINGS:
      if (length === 0) return (flags & 1) !== 0 ? BITS.settingsAck : BITS.emptySettings;
      if ((flags & 1) !== 0) return 0;
      return whole ? settingsEvidence(bytes, payload, length) : 1;
    case FrameType.PING:
      return BITS.ping;
    case FrameType.PRIORITY:
      return BITS.priority;
    case FrameType.WINDOW_UPDATE:
      return !whole ? 1 : isIncrement(bytes, payload) ? BITS.windowUpdate : 0;
    case FrameType.RST_STREAM:
      return !whole ? 1 : errorCode(bytes, payload) <= LARGEST_ERROR_CODE ? BITS.rstStream : 0;
    case FrameType.GOAWAY:
      return !whole ? 1 : errorCode(bytes, payload + 4) <= LARGEST_ERROR_CODE ? BITS.goaway : 0;
    case FrameType.DATA:
      return dataEvidence(bytes, payload, header);
    case FrameType.HEADERS:
      return whole && (flags & FLAG_END_HEADERS) !== 0 ? blockEvidence(bytes, payload, header) : BITS.openBlock;
    default:
      return 1;
  }
}

/** Each is an identifier of the registry, one of those kept for experiments, or a reserved one that is to be ignored. */
function settingsEvidence(bytes: Uint8Array, payload: number, length: number): number {
  for (let at = payload; at < payload + length; at += 6) {
    const identifier = (bytes[at]! << 8) | bytes[at + 1]!;
    const known = (identifier > 0 && identifier <= 0x10) || identifier >= 0xf000 || (identifier & 0x0f0f) === 0x0a0a;
    if (!known) return 0;
  }
  return BITS.settings;
}

function isIncrement(bytes: Uint8Array, at: number): boolean {
  return bytes[at]! < 0x80 && (bytes[at]! | bytes[at + 1]! | bytes[at + 2]! | bytes[at + 3]!) !== 0;
}

function errorCode(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

function dataEvidence(bytes: Uint8Array, payload: number, { length, flags }: FrameHeader): number {
  if (length === 0) return BITS.emptyData;
  if ((flags & FLAG_PADDED) !== 0) return payload < bytes.length && bytes[payload]! >= length ? 0 : BITS.emptyData;
  const isMessage =
    payload + 5 <= bytes.length && bytes[payload]! <= 1 && errorCode(bytes, payload + 1) === length - 5 && length > 5;
  return isMessage ? BITS.data + BITS.grpcMessage : BITS.data;
}

function blockEvidence(bytes: Uint8Array, payload: number, { length, flags }: FrameHeader): number {
  let start = payload;
  let end = payload + length;
  if ((flags & FLAG_PADDED) !== 0) end -= bytes[start++]!;
  if ((flags & FLAG_PRIORITY) !== 0) start += 5;
  if (end <= start) return 0;
  const shape = blockShape(bytes, start, end);
  if (shape === null) return 0;
  return BITS.field * Math.min(shape.fields, MOST_FIELDS) + (shape.beginsWithPseudoHeader ? BITS.pseudoHeader : 0);
}
