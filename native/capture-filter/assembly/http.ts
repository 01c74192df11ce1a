import {
  DATA_HEAD,
  DROP_BODY,
  DROP_EXCHANGE,
  EVENT_DATA,
  EVENT_END,
  EVENT_HEADERS,
  EVENT_TRAILERS,
  FIELD_HEAD,
  REASON_MEMORY,
  RECORD_FINAL,
  RECORD_RESET,
  RECORD_RESPONSE_CODE_DETAILS,
  RECORD_RESPONSE_FLAGS,
  RECORD_UPSTREAM,
  RECORD_UPSTREAM_CLUSTER,
  SIDE_ANSWER,
  SIDE_REQUEST,
} from '../../../app/capture/batch-tags';
import { batchSize, bodyBudget, bodyLimit, capturing, memoryBudget } from './configuration';
import { addUpstream, CLUSTER_NAME, httpConnection, UPSTREAM_ADDRESS } from './connection';
import { countDrop } from './drops';
import { MAP_REQUEST_HEADERS, proxy_get_buffer_bytes, proxy_get_header_map_pairs, STATUS_OK } from './env';
import { LANDING_ROOM, land, takeLanded } from './landing';
import { allocate, release, resultData, resultSize, used } from './memory';
import { closeStream, openStream, pendingRecord, sendPending } from './open-streams';
import { propertyData, propertyNumber, propertySize, readProperty } from './property';
import { Record } from './record';
import { countExchange } from './seen';
import { Stream } from './stream';
import { text } from './text';

const RESPONSE_CODE_DETAILS = text('response\0code_details');
const RESPONSE_FLAGS = text('response\0flags');
const VIA_UPSTREAM = text('via_upstream');

const BOTH_SIDES: u32 = (1 << SIDE_REQUEST) | (1 << SIDE_ANSWER);

/** Data of one side that comes within this time (in nanoseconds) makes one event. */
const TOGETHER: u64 = 5_000_000;

/** A request begins. */
export function onRequestHeaders(context: u32, isEnd: bool, now: u64): void {
  if (!capturing) return;
  countExchange();
  if (used >= memoryBudget) {
    countDrop(DROP_EXCHANGE, REASON_MEMORY, 1);
    return;
  }
  const stream = openStream(context, false);
  stream.connection = httpConnection();
  onFields(stream, EVENT_HEADERS, SIDE_REQUEST, MAP_REQUEST_HEADERS, isEnd, now);
}

/** Headers or trailers; the proxy's `map` still has them. */
export function onFields(stream: Stream, event: u32, side: u32, map: u32, isEnd: bool, now: u64): void {
  if (used >= memoryBudget) {
    giveUp(stream);
    return;
  }
  if (event == EVENT_HEADERS && side == SIDE_ANSWER) readUpstream(stream, now);
  land();
  const status = proxy_get_header_map_pairs(map, resultData, resultSize);
  let block = takeLanded();
  const size = block != 0 && status == STATUS_OK ? load<u32>(resultSize) : 0;
  if (block == 0) block = allocate(LANDING_ROOM);
  if (event == EVENT_HEADERS && side == SIDE_ANSWER) stream.isOrdinary = isGoodStatus(block + LANDING_ROOM, size);
  const record = pendingRecord(stream, now);
  record.appendTimed(block, event + side, now, size);
  stream.data = 0;
  if (isEnd) endSide(stream, record, side, now, false);
}

/** A piece of a body of `size` bytes. */
export function onBody(stream: Stream, side: u32, buffer: u32, size: u32, isEnd: bool, now: u64): void {
  const before = side == SIDE_ANSWER ? stream.answerBody : stream.requestBody;
  if (side == SIDE_ANSWER) stream.answerBody = before + size;
  else stream.requestBody = before + size;
  const record = pendingRecord(stream, now);
  if (size > 0) addData(stream, record, side, buffer, size, keptOf(before, size), now);
  if (isEnd) endSide(stream, record, side, now, false);
  if (record.size >= batchSize) sendPending(stream);
}

/** How many of `size` bytes are kept, `before` having gone by. Under pressure bodies are the first thing to be left out. */
function keptOf(before: u64, size: u32): u32 {
  if (before >= bodyLimit) return 0;
  const kept = min(size, bodyLimit - <u32>before);
  if (used + kept <= bodyBudget) return kept;
  countDrop(DROP_BODY, REASON_MEMORY, kept);
  return 0;
}

function addData(stream: Stream, record: Record, side: u32, buffer: u32, size: u32, kept: u32, now: u64): void {
  let field = stream.dataSide == side ? stream.data : 0;
  // Bytes can only be added to an event that has all of its bytes; mere counts to any.
  if (field != 0 && kept > 0) {
    const held = load<u32>(field, 1) - DATA_HEAD;
    const isWhole = <u64>held == load<u64>(field, FIELD_HEAD + 8);
    if (!isWhole || now - load<u64>(field, FIELD_HEAD) > TOGETHER) field = 0;
  }
  let block: usize = 0;
  if (kept > 0) {
    land();
    const status = proxy_get_buffer_bytes(buffer, 0, kept, resultData, resultSize);
    block = takeLanded();
    kept = block != 0 && status == STATUS_OK ? load<u32>(resultSize) : 0;
  }
  if (field == 0) {
    if (block == 0) block = allocate(LANDING_ROOM);
    stream.data = record.appendData(block, EVENT_DATA + side, now, size, kept);
    stream.dataSide = side;
    return;
  }
  store<u64>(field, load<u64>(field, FIELD_HEAD + 8) + size, FIELD_HEAD + 8);
  store<u32>(field, load<u32>(field, 1) + kept, 1);
  if (block != 0) record.append(block, block + LANDING_ROOM, kept);
}

function endSide(stream: Stream, record: Record, side: u32, now: u64, isReset: bool): void {
  const block = allocate(LANDING_ROOM + 1);
  store<u8>(block + LANDING_ROOM, isReset ? 1 : 0);
  record.appendTimed(block, EVENT_END + side, now, 1);
  stream.ended |= 1 << side;
  stream.data = 0;
}

/** Finds out where the request went, once that is decided. */
function readUpstream(stream: Stream, now: u64): void {
  if (stream.askedUpstream) return;
  stream.askedUpstream = true;
  const connection = stream.connection;
  if (connection.isInbound) {
    if (!connection.hasUpstream) addUpstream(connection);
    stream.hasUpstream = connection.hasUpstream;
    return;
  }
  if (!readProperty(UPSTREAM_ADDRESS)) return;
  stream.hasUpstream = true;
  const record = pendingRecord(stream, now);
  record.appendCopy(RECORD_UPSTREAM, propertyData, propertySize);
  if (CLUSTER_NAME.read()) record.appendCopy(RECORD_UPSTREAM_CLUSTER, propertyData, propertySize);
}

/**
 * Whether a header map begins with a `:status` below 400. Serialised: the count, the lengths of each name and value, then the
 * first name and value, each with a NUL.
 */
function isGoodStatus(map: usize, size: u32): bool {
  if (size < 24 || load<u32>(map, 4) != 7 || load<u32>(map, 8) != 3) return false;
  const value = map + 4 + ((<usize>load<u32>(map)) << 3) + 8;
  return value < map + size && load<u8>(value) < 0x34;
}

/** The exchange is over: queues its last part. The proxy can still say how it went. */
export function finishExchange(stream: Stream, now: u64): void {
  readUpstream(stream, now);
  const record = pendingRecord(stream, now);
  if (stream.isOrdinary && stream.hasUpstream && stream.ended == BOTH_SIDES) {
    // What the proxy would say of such an exchange is known without asking: look-ups of properties are dear.
    record.appendCopy(RECORD_RESPONSE_CODE_DETAILS, VIA_UPSTREAM.data, VIA_UPSTREAM.size);
  } else {
    if (readProperty(RESPONSE_CODE_DETAILS)) {
      record.appendCopy(RECORD_RESPONSE_CODE_DETAILS, propertyData, propertySize);
    }
    if (readProperty(RESPONSE_FLAGS) && propertyNumber() != 0)
      record.appendCopy(RECORD_RESPONSE_FLAGS, propertyData, 8);
  }
  cutOff(stream, now);
}

/** Ends an exchange as far as it has come and queues its last part. */
export function cutOff(stream: Stream, now: u64): void {
  const record = pendingRecord(stream, now);
  if ((stream.ended & (1 << SIDE_ANSWER)) == 0) record.flags |= RECORD_RESET;
  if ((stream.ended & (1 << SIDE_REQUEST)) == 0) endSide(stream, record, SIDE_REQUEST, now, true);
  if ((stream.ended & (1 << SIDE_ANSWER)) == 0) endSide(stream, record, SIDE_ANSWER, now, true);
  record.flags |= RECORD_FINAL;
  sendPending(stream);
  closeStream(stream);
}

/** Not even headers have room: the whole exchange is counted as dropped. */
function giveUp(stream: Stream): void {
  countDrop(DROP_EXCHANGE, REASON_MEMORY, 1);
  closeStream(stream);
}
