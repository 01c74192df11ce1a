import { joinBytes } from '../bytes/join.ts';
import type { CaptureBatch, FilterRecord, RecordConnection } from './batch.ts';
import { codeOf, DROP_KIND_NAMES, DROP_REASON_NAMES, MODES, NODE_FIELDS, PROTOCOLS, ROLES } from './batch-names.ts';
import {
  BATCH_CAPTURING,
  BATCH_DROP,
  BATCH_HEAD,
  BATCH_MAGIC,
  BATCH_RECORD,
  CONNECTION_HEAD,
  DROP_LENGTH,
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
  SIDE_REQUEST,
} from './batch-tags.ts';
import type { CaptureEvent } from './document.ts';
import { formatEndpoint } from './endpoint-text.ts';
import { encodeHeaderPairs } from './header-pairs.ts';
import { responseFlagsBits } from './response-flags.ts';

const encoder = new TextEncoder();

/** Writes a batch as the filter does: for tests and tools that stand in for a sidecar. */
export function encodeBatch(batch: CaptureBatch): Uint8Array {
  const head = new Uint8Array(BATCH_HEAD);
  const view = new DataView(head.buffer);
  view.setUint32(0, BATCH_MAGIC, true);
  view.setUint32(4, batch.capturing ? BATCH_CAPTURING : 0, true);
  view.setBigUint64(8, BigInt(`0x${batch.instance}`), true);
  view.setUint32(16, batch.sequence, true);
  view.setUint32(20, batch.settled, true);
  view.setBigUint64(24, BigInt(batch.exchangesSeen), true);
  view.setBigUint64(32, BigInt(batch.messagesSeen), true);
  return joinBytes([
    head,
    ...NODE_FIELDS.map(([tag, name]) => field(tag, encoder.encode(batch.node[name]))),
    ...batch.drops.map(({ kind, reason, count }) => {
      const drop = new Uint8Array(DROP_LENGTH);
      drop[0] = codeOf(DROP_KIND_NAMES, kind);
      drop[1] = DROP_REASON_NAMES.find(([, name]) => name === reason)?.[0] ?? 0;
      new DataView(drop.buffer).setBigUint64(2, BigInt(count), true);
      return field(BATCH_DROP, drop);
    }),
    ...batch.records.map((record) => field(BATCH_RECORD, encodeRecord(record))),
  ]);
}

function encodeRecord(record: FilterRecord): Uint8Array {
  const head = new Uint8Array(RECORD_HEAD);
  const view = new DataView(head.buffer);
  head[0] = codeOf(MODES, record.mode);
  head[1] = (record.final ? RECORD_FINAL : 0) | (record.reset ? RECORD_RESET : 0);
  view.setUint32(2, record.part, true);
  view.setBigUint64(6, BigInt(record.stream), true);
  const parts: Uint8Array[] = [head];
  if (record.connection) parts.push(field(RECORD_CONNECTION, encodeConnection(record.connection)));
  if (record.upstream) parts.push(textField(RECORD_UPSTREAM, formatEndpoint(record.upstream)));
  if (record.upstreamCluster) parts.push(textField(RECORD_UPSTREAM_CLUSTER, record.upstreamCluster));
  if (record.responseCodeDetails) parts.push(textField(RECORD_RESPONSE_CODE_DETAILS, record.responseCodeDetails));
  const flags = responseFlagsBits(record.responseFlags);
  if (flags !== 0n) parts.push(field(RECORD_RESPONSE_FLAGS, u64(flags)));
  for (const event of record.events) parts.push(encodeEvent(event));
  return joinBytes(parts);
}

function encodeConnection(connection: RecordConnection): Uint8Array {
  const source = encoder.encode(formatEndpoint(connection.source));
  const head = new Uint8Array(CONNECTION_HEAD);
  const view = new DataView(head.buffer);
  head[0] = codeOf(ROLES, connection.role);
  head[1] = codeOf(PROTOCOLS, connection.protocol);
  view.setBigUint64(2, BigInt(connection.id), true);
  view.setUint16(10, source.length, true);
  return joinBytes([head, source, encoder.encode(formatEndpoint(connection.destination))]);
}

function encodeEvent(event: CaptureEvent): Uint8Array {
  const side = event.side === 'answer' ? SIDE_ANSWER : SIDE_REQUEST;
  switch (event.kind) {
    case 'headers':
    case 'trailers': {
      const tag = event.kind === 'headers' ? EVENT_HEADERS : EVENT_TRAILERS;
      return field(tag + side, u64(event.time), encodeHeaderPairs(event.headers));
    }
    case 'data':
      return field(EVENT_DATA + side, u64(event.time), u64(BigInt(event.length)), event.bytes);
    case 'message': {
      const tag = event.from === 'source' ? EVENT_MESSAGE_FROM_SOURCE : EVENT_MESSAGE_FROM_DESTINATION;
      return field(tag + side, u64(event.time), u64(BigInt(event.length)), event.bytes);
    }
    case 'end':
      return field(EVENT_END + side, u64(event.time), Uint8Array.of(event.reset ? 1 : 0));
  }
}

function textField(tag: number, text: string): Uint8Array {
  return field(tag, encoder.encode(text));
}

function field(tag: number, ...values: Uint8Array[]): Uint8Array {
  const head = new Uint8Array(FIELD_HEAD);
  head[0] = tag;
  new DataView(head.buffer).setUint32(
    1,
    values.reduce((sum, value) => sum + value.length, 0),
    true,
  );
  return joinBytes([head, ...values]);
}

function u64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}
