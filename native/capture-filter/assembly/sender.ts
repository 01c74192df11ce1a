import { DROP_EXCHANGE, DROP_MESSAGE, DROP_PART, REASON_REFUSED } from '../../../app/capture/batch-tags';
import { Batch, batchCount, firstBatch, nextSequence, removeBatch, sealBatch } from './batch';
import {
  authority,
  batchSize,
  callTimeout,
  capturing,
  cluster,
  heartbeatPeriod,
  inFlightLimit,
  path,
  setWanted,
  tickPeriod,
} from './configuration';
import { countDrop } from './drops';
import {
  MAP_HTTP_CALL_RESPONSE_HEADERS,
  proxy_get_header_map_value,
  proxy_http_call,
  proxy_set_effective_context,
  proxy_set_tick_period_milliseconds,
  STATUS_OK,
} from './env';
import { copy, release, resultData, resultSize } from './memory';
import { queuedBytes } from './queue';
import { parseNumber, Text, text } from './text';

// Batches go out by http_call in the name of the plugin's root context that was configured last. A batch that was sent once is kept until it
// is answered, as it may have come through even though its answer did not: so nothing is both taken and counted as
// dropped. While the receiver is away nothing new is sealed and one batch at a time is tried.

/** How long to wait after a failure, in nanoseconds. */
const RETRY_WAIT: u64 = 1_000_000_000;

/** The root context that calls and ticks; 0 when none is left. */
export let activeRoot: u32 = 0;
let isAway = false;
let retryAt: u64 = 0;
let inFlight: u32 = 0;
let lastSealed: u64 = 0;
/** Sequence of the first batch of this configuration: an answer to an older one says nothing of it. */
let firstOfConfiguration: u32 = 0;
let requestHeaders: usize = 0;
let requestHeadersSize: u32 = 0;

const STATUS = text(':status');
const OK: i32 = 200;
/** This pod is not to be captured. */
const FORBIDDEN: i32 = 403;

/** Makes `root` the one that calls and ticks. */
export function activate(root: u32): void {
  activeRoot = root;
  if (root == 0) return;
  proxy_set_effective_context(root);
  proxy_set_tick_period_milliseconds(tickPeriod);
}

/** Calls of a root context that goes away are never answered: they have to be made again. */
export function forgetCalls(root: u32): void {
  let batch = firstBatch;
  while (changetype<usize>(batch) != 0) {
    if (batch.inFlight && batch.root == root) {
      batch.inFlight = false;
      inFlight--;
    }
    batch = batch.next;
  }
}

/** Seals and sends what is worth a batch. */
export function sendFull(now: u64): void {
  while (queuedBytes >= batchSize && sealAndSend(now, false)) {}
}

/** Every tick: what failed is tried again, what is queued is sent, and a heartbeat when there was nothing for long. */
export function sendAll(now: u64): void {
  resend(now);
  while (queuedBytes > 0 && sealAndSend(now, false)) {}
  if (now - lastSealed >= heartbeatPeriod) sealAndSend(now, true);
}

/** False when there is no room for a batch, or nothing that may go yet. */
function sealAndSend(now: u64, isHeartbeat: bool): bool {
  if (isAway || activeRoot == 0 || batchCount >= inFlightLimit) return false;
  const batch = sealBatch(isHeartbeat);
  if (!batch) return false;
  lastSealed = now;
  call(batch, now);
  return true;
}

function resend(now: u64): void {
  if (isAway && (inFlight > 0 || now < retryAt)) return;
  let batch = firstBatch;
  while (changetype<usize>(batch) != 0) {
    if (!batch.inFlight) {
      call(batch, now);
      if (isAway) return;
    }
    batch = batch.next;
  }
}

function call(batch: Batch, now: u64): void {
  if (activeRoot == 0) return;
  proxy_set_effective_context(activeRoot);
  const status = proxy_http_call(
    cluster.data,
    cluster.size,
    requestHeaders,
    requestHeadersSize,
    batch.data,
    batch.size,
    0,
    0,
    callTimeout,
    resultData,
  );
  if (status != STATUS_OK) {
    fail(now);
    return;
  }
  batch.inFlight = true;
  batch.root = activeRoot;
  batch.token = load<u32>(resultData);
  inFlight++;
}

function fail(now: u64): void {
  isAway = true;
  retryAt = now + RETRY_WAIT;
}

/** The answer to a call, or its failure (no headers). */
export function onAnswer(root: u32, token: u32, headers: u32, now: u64): void {
  let batch = firstBatch;
  while (changetype<usize>(batch) != 0 && !(batch.inFlight && batch.root == root && batch.token == token)) {
    batch = batch.next;
  }
  if (changetype<usize>(batch) == 0) return;
  batch.inFlight = false;
  inFlight--;
  const status = headers > 0 ? readStatus() : 0;
  if (status < 200 || status == 429 || status >= 500) {
    fail(now);
    return;
  }
  if (batch.sequence >= firstOfConfiguration && (status == OK || status == FORBIDDEN)) follow(status == OK);
  if (status != OK) {
    countDrop(DROP_EXCHANGE, REASON_REFUSED, batch.exchanges);
    countDrop(DROP_PART, REASON_REFUSED, batch.parts);
    countDrop(DROP_MESSAGE, REASON_REFUSED, batch.messages);
  }
  removeBatch(batch);
  release(batch.data);
  release(changetype<usize>(batch));
  if (isAway) {
    isAway = false;
    resend(now);
  }
  sendFull(now);
}

/** Whether this pod is to be captured was said. When that is news, the next tick tells what the filter does now. */
function follow(isWanted: bool): void {
  const before = capturing;
  setWanted(isWanted);
  if (capturing != before) lastSealed = 0;
}

function readStatus(): i32 {
  const status = proxy_get_header_map_value(
    MAP_HTTP_CALL_RESPONSE_HEADERS,
    STATUS.data,
    STATUS.size,
    resultData,
    resultSize,
  );
  if (status != STATUS_OK) return 0;
  return parseNumber(load<u32>(resultData), load<u32>(resultSize));
}

/** A new configuration: writes the header list of the calls, and has the next tick tell what the filter does now. */
export function prepareCalls(): void {
  firstOfConfiguration = nextSequence;
  lastSealed = 0;
  if (requestHeaders != 0) heap.free(requestHeaders);
  requestHeaders = heap.alloc(256 + path.size + authority.size);
  store<u32>(requestHeaders, 4);
  pairsEnd = requestHeaders + 4 + 4 * 8;
  putPair(0, text(':method'), text('POST'));
  putPair(1, text(':path'), path);
  putPair(2, text(':authority'), authority);
  putPair(3, text('content-type'), text('application/x-packet-inspector-batch'));
  requestHeadersSize = <u32>(pairsEnd - requestHeaders);
}

let pairsEnd: usize = 0;

function putPair(index: u32, name: Text, value: Text): void {
  const sizes = requestHeaders + 4 + (index << 3);
  store<u32>(sizes, name.size);
  store<u32>(sizes, value.size, 4);
  putText(name);
  putText(value);
}

function putText(part: Text): void {
  copy(pairsEnd, part.data, part.size);
  store<u8>(pairsEnd + part.size, 0);
  pairsEnd += part.size + 1;
}
