import type { FilterRecord, RecordConnection } from './batch.ts';
import { type BatchError, fieldEnd } from './batch-field.ts';
import { MODES, nameOf, PROTOCOLS, ROLES } from './batch-names.ts';
import {
  CONNECTION_HEAD,
  DATA_HEAD,
  EVENT_DATA,
  EVENT_END,
  EVENT_HEADERS,
  EVENT_MESSAGE_FROM_DESTINATION,
  EVENT_MESSAGE_FROM_SOURCE,
  EVENT_TRAILERS,
  FIELD_HEAD,
  RECORD_CONNECTION,
  RECORD_FINAL,
  RECORD_HEAD,
  RECORD_RESET,
  RECORD_RESPONSE_CODE_DETAILS,
  RECORD_RESPONSE_FLAGS,
  RECORD_UPSTREAM,
  RECORD_UPSTREAM_CLUSTER,
  SIDE_ANSWER,
} from './batch-tags.ts';
import type { CaptureEvent } from './document.ts';
import { parseEndpoint } from './endpoint-text.ts';
import { decodeHeaderPairs } from './header-pairs.ts';
import { responseFlagsText } from './response-flags.ts';

const text = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads the value of a BATCH_RECORD field: `view` from `start` to `end`. */
export function decodeRecord(view: DataView, start: number, end: number): FilterRecord | BatchError {
  if (end - start < RECORD_HEAD) return { error: 'a record is shorter than its head', offset: start };
  const mode = nameOf(MODES, view.getUint8(start));
  if (mode === undefined) return { error: 'a record of an unknown mode', offset: start };
  const flags = view.getUint8(start + 1);
  const events: CaptureEvent[] = [];
  const described = {
    connection: null as RecordConnection | null,
    upstream: null as FilterRecord['upstream'],
    upstreamCluster: '',
    responseCodeDetails: '',
    responseFlags: '',
  };
  for (let at = start + RECORD_HEAD; at < end; ) {
    const next = fieldEnd(view, at, end);
    if (next < 0) return { error: 'a field is longer than its record', offset: at };
    const tag = view.getUint8(at);
    const bytes = bytesOf(view, at + FIELD_HEAD, next);
    if (tag >= EVENT_HEADERS) {
      const event = decodeEvent(tag, bytes);
      if (event === null) return { error: 'an event that cannot be read', offset: at };
      if (event !== undefined) events.push(event);
    } else if (tag === RECORD_CONNECTION) {
      described.connection = decodeConnection(bytes);
      if (described.connection === null) return { error: 'a connection that cannot be read', offset: at };
    } else if (tag === RECORD_UPSTREAM) {
      described.upstream = parseEndpoint(text.decode(bytes));
    } else if (tag === RECORD_UPSTREAM_CLUSTER) {
      described.upstreamCluster = text.decode(bytes);
    } else if (tag === RECORD_RESPONSE_CODE_DETAILS) {
      described.responseCodeDetails = text.decode(bytes);
    } else if (tag === RECORD_RESPONSE_FLAGS) {
      if (bytes.length < 8) return { error: 'response flags are too short', offset: at };
      described.responseFlags = responseFlagsText(view.getBigUint64(at + FIELD_HEAD, true));
    }
    at = next;
  }
  return {
    mode,
    stream: Number(view.getBigUint64(start + 6, true)),
    part: view.getUint32(start + 2, true),
    final: (flags & RECORD_FINAL) !== 0,
    reset: (flags & RECORD_RESET) !== 0,
    ...described,
    events,
  };
}

function decodeConnection(bytes: Uint8Array): RecordConnection | null {
  if (bytes.length < CONNECTION_HEAD) return null;
  const view = viewOf(bytes);
  const role = nameOf(ROLES, bytes[0]!);
  const protocol = nameOf(PROTOCOLS, bytes[1]!);
  const destination = CONNECTION_HEAD + view.getUint16(10, true);
  if (role === undefined || protocol === undefined || destination > bytes.length) return null;
  return {
    id: view.getBigUint64(2, true).toString(),
    role,
    protocol,
    source: parseEndpoint(text.decode(bytes.subarray(CONNECTION_HEAD, destination))),
    destination: parseEndpoint(text.decode(bytes.subarray(destination))),
  };
}

/** The event, undefined for a tag that is not known, or null when it is broken. */
function decodeEvent(tag: number, bytes: Uint8Array): CaptureEvent | null | undefined {
  if (bytes.length < 8) return null;
  const view = viewOf(bytes);
  const time = view.getBigUint64(0, true);
  const side = tag & SIDE_ANSWER ? 'answer' : 'request';
  switch (tag & ~SIDE_ANSWER) {
    case EVENT_HEADERS:
    case EVENT_TRAILERS: {
      const headers = decodeHeaderPairs(bytes.subarray(8));
      const kind = (tag & ~SIDE_ANSWER) === EVENT_HEADERS ? 'headers' : 'trailers';
      return headers && { kind, side, time, headers };
    }
    case EVENT_DATA: {
      if (bytes.length < DATA_HEAD) return null;
      return { kind: 'data', side, time, bytes: bytes.subarray(DATA_HEAD), length: trueLength(view) };
    }
    case EVENT_MESSAGE_FROM_SOURCE:
    case EVENT_MESSAGE_FROM_DESTINATION: {
      if (bytes.length < DATA_HEAD) return null;
      const from = (tag & ~SIDE_ANSWER) === EVENT_MESSAGE_FROM_SOURCE ? 'source' : 'destination';
      return { kind: 'message', side, from, time, bytes: bytes.subarray(DATA_HEAD), length: trueLength(view) };
    }
    case EVENT_END:
      return bytes.length < 9 ? null : { kind: 'end', side, time, reset: bytes[8] === 1 };
    default:
      return undefined;
  }
}

/** Never less than the bytes that are there. */
function trueLength(view: DataView): number {
  return Math.max(Number(view.getBigUint64(8, true)), view.byteLength - DATA_HEAD);
}

function bytesOf(view: DataView, start: number, end: number): Uint8Array {
  return new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset + start, end - start);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
