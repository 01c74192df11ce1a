import { RECORD_FINAL } from '../../../app/capture/batch-tags';
import { capturing, isDiameterEverywhere, isDiameterPort } from './configuration';
import { addUpstream, tcpConnection } from './connection';
import { AT_HEADER, DIRECTION_SIZE, Direction, endDirection, SEARCHING, splitMessages } from './diameter';
import { proxy_get_buffer_bytes, STATUS_OK } from './env';
import { SCRATCH_LIMIT } from './landing';
import { allocate, fill, resultData, resultSize } from './memory';
import { closeStream, openStream } from './open-streams';
import { propertyNumber, readProperty } from './property';
import { enqueue } from './queue';
import { newRecord } from './record';
import { Stream } from './stream';
import { text } from './text';

const DESTINATION_PORT = text('destination\0port');

/** A connection was opened while capturing: it is seen from its beginning. */
export function onNewConnection(context: u32): void {
  if (capturing) open(context, AT_HEADER);
}

/** Data of a connection that the capture found open already. */
export function findOpenConnection(context: u32): Stream {
  return open(context, SEARCHING);
}

function open(context: u32, state: u8): Stream {
  const stream = openStream(context, true);
  const port: u32 = readProperty(DESTINATION_PORT) ? <u32>propertyNumber() : 0;
  if (!isDiameterPort(port)) return stream;
  stream.diameter = allocate(DIRECTION_SIZE * 2);
  fill(stream.diameter, 0, DIRECTION_SIZE * 2);
  for (let index = 0; index < 2; index++) {
    const direction = directionOf(stream, index == 1);
    direction.state = state;
    direction.isFromDestination = index == 1;
    direction.isExpected = !isDiameterEverywhere();
  }
  return stream;
}

export function onData(stream: Stream, isFromDestination: bool, buffer: u32, size: u32, now: u64): void {
  if (stream.diameter == 0) return;
  if (changetype<usize>(stream.connection) == 0) stream.connection = tcpConnection();
  if (isFromDestination && !stream.connection.hasUpstream) addUpstream(stream.connection);
  const direction = directionOf(stream, isFromDestination);
  for (let at: u32 = 0; at < size; ) {
    const length = min(size - at, SCRATCH_LIMIT);
    if (proxy_get_buffer_bytes(buffer, at, length, resultData, resultSize) != STATUS_OK) return;
    splitMessages(direction, stream, load<u32>(resultData), load<u32>(resultSize), now);
    at += length;
  }
}

/** The connection is closed, or no longer captured. */
export function finishConnection(stream: Stream): void {
  if (stream.diameter != 0) {
    endDirection(directionOf(stream, false));
    endDirection(directionOf(stream, true));
  }
  if (stream.nextPart > 0) {
    const record = newRecord(stream);
    record.flags = RECORD_FINAL;
    enqueue(record);
  }
  closeStream(stream);
}

function directionOf(stream: Stream, isFromDestination: bool): Direction {
  return changetype<Direction>(stream.diameter + (isFromDestination ? DIRECTION_SIZE : 0));
}
