import { EVENT_HEADERS, EVENT_TRAILERS, SIDE_ANSWER, SIDE_REQUEST } from '../../../app/capture/batch-tags';
import { capturing, partWait, readConfiguration } from './configuration';
import {
  BUFFER_DOWNSTREAM_DATA,
  BUFFER_REQUEST_BODY,
  BUFFER_RESPONSE_BODY,
  BUFFER_UPSTREAM_DATA,
  CONTINUE,
  MAP_REQUEST_TRAILERS,
  MAP_RESPONSE_HEADERS,
  MAP_RESPONSE_TRAILERS,
  proxy_get_current_time_nanoseconds,
} from './env';
import { cutOff, finishExchange, onBody, onFields, onRequestHeaders } from './http';
import { readIdentity } from './identity';
import { place } from './landing';
import { resultData } from './memory';
import { sendWaiting } from './open-streams';
import { addRoot, isRoot, lastRoot, removeRoot } from './roots';
import { activate, activeRoot, forgetCalls, onAnswer, prepareCalls, sendAll, sendFull } from './sender';
import { closeEach, findStream, Stream } from './stream';
import { findOpenConnection, finishConnection, onData, onNewConnection } from './tcp';

// What the proxy calls. Nothing here holds, changes or fails anything: every answer is CONTINUE.

export function proxy_abi_version_0_2_0(): void {}

export function malloc(size: usize): usize {
  return place(size);
}

function timeNow(): u64 {
  proxy_get_current_time_nanoseconds(resultData);
  return load<u64>(resultData);
}

export function proxy_on_configure(root: u32, size: u32): u32 {
  readIdentity();
  if (readConfiguration(size)) prepareCalls();
  addRoot(root);
  activate(root);
  if (!capturing) closeEach(stopCapturing);
  return 1;
}

function stopCapturing(stream: Stream): void {
  if (stream.isTcp) finishConnection(stream);
  else cutOff(stream, timeNow());
}

export function proxy_on_tick(root: u32): void {
  if (root != activeRoot) return;
  const now = timeNow();
  sendWaiting(now - partWait);
  sendAll(now);
}

export function proxy_on_http_call_response(root: u32, token: u32, headers: u32, size: u32, trailers: u32): void {
  const wasCapturing = capturing;
  onAnswer(root, token, headers, timeNow());
  if (wasCapturing && !capturing) closeEach(stopCapturing);
}

export function proxy_on_request_headers(context: u32, count: u32, isEnd: u32): u32 {
  if (capturing) onRequestHeaders(context, isEnd != 0, timeNow());
  return CONTINUE;
}

export function proxy_on_request_body(context: u32, size: u32, isEnd: u32): u32 {
  const stream = findStream(context);
  if (stream) onBody(stream, SIDE_REQUEST, BUFFER_REQUEST_BODY, size, isEnd != 0, timeNow());
  return CONTINUE;
}

export function proxy_on_request_trailers(context: u32, count: u32): u32 {
  const stream = findStream(context);
  if (stream) onFields(stream, EVENT_TRAILERS, SIDE_REQUEST, MAP_REQUEST_TRAILERS, true, timeNow());
  return CONTINUE;
}

export function proxy_on_response_headers(context: u32, count: u32, isEnd: u32): u32 {
  const stream = findStream(context);
  if (stream) onFields(stream, EVENT_HEADERS, SIDE_ANSWER, MAP_RESPONSE_HEADERS, isEnd != 0, timeNow());
  return CONTINUE;
}

export function proxy_on_response_body(context: u32, size: u32, isEnd: u32): u32 {
  const stream = findStream(context);
  if (stream) onBody(stream, SIDE_ANSWER, BUFFER_RESPONSE_BODY, size, isEnd != 0, timeNow());
  return CONTINUE;
}

export function proxy_on_response_trailers(context: u32, count: u32): u32 {
  const stream = findStream(context);
  if (stream) onFields(stream, EVENT_TRAILERS, SIDE_ANSWER, MAP_RESPONSE_TRAILERS, true, timeNow());
  return CONTINUE;
}

export function proxy_on_new_connection(context: u32): u32 {
  onNewConnection(context);
  return CONTINUE;
}

export function proxy_on_downstream_data(context: u32, size: u32, isEnd: u32): u32 {
  onTcpData(context, false, BUFFER_DOWNSTREAM_DATA, size);
  return CONTINUE;
}

export function proxy_on_upstream_data(context: u32, size: u32, isEnd: u32): u32 {
  onTcpData(context, true, BUFFER_UPSTREAM_DATA, size);
  return CONTINUE;
}

function onTcpData(context: u32, isFromDestination: bool, buffer: u32, size: u32): void {
  if (!capturing || size == 0) return;
  let stream = findStream(context);
  if (!stream) stream = findOpenConnection(context);
  const now = timeNow();
  onData(stream, isFromDestination, buffer, size, now);
  sendFull(now);
}

export function proxy_on_log(context: u32): void {
  const stream = findStream(context);
  if (!stream) return;
  const now = timeNow();
  if (stream.isTcp) finishConnection(stream);
  else finishExchange(stream, now);
  sendFull(now);
}

export function proxy_on_delete(context: u32): void {
  const stream = findStream(context);
  if (stream) {
    stopCapturing(stream);
  } else if (isRoot(context)) {
    removeRoot(context);
    forgetCalls(context);
    if (context == activeRoot) activate(lastRoot());
  }
}
