import {
  DROP_MESSAGE,
  EVENT_MESSAGE_FROM_DESTINATION,
  EVENT_MESSAGE_FROM_SOURCE,
  REASON_INCOMPLETE,
  REASON_MEMORY,
  REASON_NOT_DIAMETER,
  SIDE_ANSWER,
  SIDE_REQUEST,
} from '../../../app/capture/batch-tags';
import { bodyBudget, bodyLimit } from './configuration';
import { countDrop } from './drops';
import { LANDING_ROOM } from './landing';
import { allocate, copy, release, used } from './memory';
import { enqueue } from './queue';
import { newRecord } from './record';
import { countMessage } from './seen';
import { Stream } from './stream';

// Finds the messages in one direction of a Diameter connection. RFC 6733 section 3: version (8), length (24), flags (8),
// command code (24), application id (32), hop-by-hop id (32), end-to-end id (32), then AVPs.

const HEADER: u32 = 20;
/** A header and the head of its first AVP: enough to tell a message from other bytes. */
const WINDOW: u32 = 32;
/** Bytes searched for a message before a direction is left alone. */
const SEARCH_LIMIT: u32 = 262144;
const FLAG_REQUEST: u8 = 0x80;

/** At the boundary of a message. */
export const AT_HEADER: u8 = 0;
/** Searching for a boundary: the connection was open before the capture began, or the boundary was lost. */
export const SEARCHING: u8 = 1;
const IN_MESSAGE: u8 = 2;
/** Not Diameter. */
const IGNORED: u8 = 3;

/** One direction. Its window follows it. */
@unmanaged
export class Direction {
  state: u8;
  isFromDestination: bool;
  /** A message was found before: bytes that make no sense now are a loss. */
  hadMessage: bool;
  /** Connections to this port are known to be Diameter: bytes that make no sense are a loss from the beginning. */
  isExpected: bool;
  /** Bytes in the window. */
  held: u32;
  searched: u32;
  /** Of the message: its length, how much is still to come, and where its kept bytes are (0: there is no room). */
  length: u32;
  remaining: u32;
  block: usize;
  kept: u32;

  get window(): usize {
    return changetype<usize>(this) + offsetof<Direction>();
  }
}

export const DIRECTION_SIZE: usize = offsetof<Direction>() + WINDOW;

export function splitMessages(direction: Direction, stream: Stream, data: usize, size: u32, now: u64): void {
  let at = data;
  const end = data + size;
  while (at < end) {
    if (direction.state == IN_MESSAGE) at += takeMessage(direction, stream, at, <u32>(end - at), now);
    else if (direction.state == AT_HEADER) at += takeHeader(direction, at, <u32>(end - at));
    else if (direction.state == SEARCHING) search(direction, load<u8>(at++));
    else return;
  }
}

/** The connection ends or is no longer captured: a message that is not complete is counted as dropped. */
export function endDirection(direction: Direction): void {
  if (direction.block != 0) release(direction.block);
  if (direction.state != IN_MESSAGE && !(direction.state == AT_HEADER && direction.held > 0)) return;
  countMessage();
  countDrop(DROP_MESSAGE, REASON_INCOMPLETE, 1);
}

function takeHeader(direction: Direction, data: usize, size: u32): u32 {
  const taken = min(size, HEADER - direction.held);
  copy(direction.window + direction.held, data, taken);
  direction.held += taken;
  if (direction.held == HEADER) {
    if (isHeader(direction.window)) beginMessage(direction);
    else if (direction.hadMessage) loseBoundary(direction);
    else ignore(direction);
  }
  return taken;
}

function search(direction: Direction, byte: u8): void {
  store<u8>(direction.window + direction.held++, byte);
  if (direction.held < WINDOW) return;
  if (isHeader(direction.window) && hasAvp(direction.window)) {
    beginMessage(direction);
    return;
  }
  for (let at: u32 = 0; at < WINDOW - 1; at++) {
    store<u8>(direction.window + at, load<u8>(direction.window + at, 1));
  }
  direction.held--;
  if (++direction.searched >= SEARCH_LIMIT) ignore(direction);
}

function loseBoundary(direction: Direction): void {
  countMessage();
  countDrop(DROP_MESSAGE, REASON_NOT_DIAMETER, 1);
  direction.state = SEARCHING;
  direction.searched = 0;
}

function ignore(direction: Direction): void {
  if (direction.isExpected && !direction.hadMessage) {
    countMessage();
    countDrop(DROP_MESSAGE, REASON_NOT_DIAMETER, 1);
  }
  direction.state = IGNORED;
}

/** The window holds the first bytes of a message. */
function beginMessage(direction: Direction): void {
  const length = lengthAt(direction.window, 1);
  const kept = min(length, max(bodyLimit, HEADER));
  direction.block = used + kept <= bodyBudget ? allocate(LANDING_ROOM + kept) : 0;
  direction.kept = 0;
  direction.length = length;
  direction.remaining = length - direction.held;
  direction.state = IN_MESSAGE;
  direction.hadMessage = true;
  keep(direction, direction.window, direction.held);
}

/** Takes what of the message has come, and queues it when that is all. */
function takeMessage(direction: Direction, stream: Stream, data: usize, size: u32, now: u64): u32 {
  const taken = min(size, direction.remaining);
  keep(direction, data, taken);
  direction.remaining -= taken;
  if (direction.remaining > 0) return taken;
  countMessage();
  if (direction.block == 0) {
    countDrop(DROP_MESSAGE, REASON_MEMORY, 1);
  } else {
    const from = direction.isFromDestination ? EVENT_MESSAGE_FROM_DESTINATION : EVENT_MESSAGE_FROM_SOURCE;
    const isRequest = (load<u8>(direction.block + LANDING_ROOM, 4) & FLAG_REQUEST) != 0;
    const record = newRecord(stream);
    record.appendData(
      direction.block,
      from + (isRequest ? SIDE_REQUEST : SIDE_ANSWER),
      now,
      direction.length,
      direction.kept,
    );
    direction.block = 0;
    enqueue(record);
  }
  direction.state = AT_HEADER;
  direction.held = 0;
  return taken;
}

function keep(direction: Direction, data: usize, size: u32): void {
  if (direction.block == 0) return;
  const kept = min(size, max(bodyLimit, HEADER) - direction.kept);
  copy(direction.block + LANDING_ROOM + direction.kept, data, kept);
  direction.kept += kept;
}

function isHeader(at: usize): bool {
  const length = lengthAt(at, 1);
  return (
    load<u8>(at) == 1 && length >= HEADER && (length & 3) == 0 && (load<u8>(at, 4) & 0x0f) == 0 && lengthAt(at, 5) != 0
  );
}

/** RFC 6733 section 4.1: code (32), flags (8, five of them reserved), length (24). */
function hasAvp(message: usize): bool {
  const avp = message + HEADER;
  const room = lengthAt(message, 1) - HEADER;
  const length = lengthAt(avp, 5);
  const minimum: u32 = load<u8>(avp, 4) & 0x80 ? 12 : 8;
  return (
    room >= WINDOW - HEADER &&
    load<u32>(avp) != 0 &&
    (load<u8>(avp, 4) & 0x1f) == 0 &&
    length >= minimum &&
    length <= room
  );
}

/** 24 bits in network byte order. */
function lengthAt(data: usize, at: usize): u32 {
  const bytes = data + at;
  return ((<u32>load<u8>(bytes)) << 16) | ((<u32>load<u8>(bytes, 1)) << 8) | load<u8>(bytes, 2);
}
