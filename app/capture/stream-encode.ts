import type { Endpoint } from '../model/endpoint.ts';
import { BsonWriter } from './bson-writer.ts';
import type {
  CaptureDocument,
  CaptureEvent,
  HeartbeatDocument,
  LossDocument,
  SentCount,
  StreamDocument,
} from './document.ts';
import type { CaptureMetadata } from './metadata.ts';
import type { Acknowledgement, AggregatorHello, TailGap, TailHello, TailRequest } from './stream-messages.ts';

/** One writer serves all: encoding is synchronous and hands out copies. */
const writer = new BsonWriter();

/** A document of the stream, with its sequence number. docs/analysis-stream.md lists the fields. */
export function encodeDocument(document: StreamDocument, sequence: bigint): Uint8Array {
  writer.begin();
  writer.string('type', document.type);
  writer.int64('sequence', sequence);
  switch (document.type) {
    case 'capture':
      capture(document);
      break;
    case 'loss':
      loss(document);
      break;
    case 'heartbeat':
      heartbeat(document);
  }
  return writer.finish();
}

export function encodeMessage(
  message: AggregatorHello | Acknowledgement | TailRequest | TailHello | TailGap,
): Uint8Array {
  writer.begin();
  for (const [name, value] of Object.entries(message)) {
    if (typeof value === 'string') writer.string(name, value);
    else if (typeof value === 'bigint') writer.int64(name, value);
    else if (typeof value === 'number') writer.integer(name, value);
  }
  return writer.finish();
}

function capture(document: CaptureDocument): void {
  writer.integer('part', document.part);
  writer.boolean('final', document.final);
  if (document.sent) sent(document.sent);
  metadata(document.metadata);
  writer.binary('pcap', document.pcap);
  writer.array('events');
  document.events.forEach((event, index) => {
    captureEvent(String(index), event);
  });
  writer.end();
}

function metadata(value: CaptureMetadata): void {
  writer.document('metadata');
  writer.integer('version', value.version);
  writer.string('id', value.id);
  writer.string('role', value.role);
  writer.document('pod');
  writer.string('namespace', value.pod.namespace);
  writer.string('pod', value.pod.pod);
  writer.string('service', value.pod.service);
  writer.string('workload', value.pod.workload);
  writer.string('node', value.pod.node);
  writer.string('serviceAccount', value.pod.serviceAccount);
  writer.end();
  writer.string('protocol', value.protocol);
  endpoint('source', value.source);
  endpoint('destination', value.destination);
  if (value.upstream) endpoint('upstream', value.upstream);
  if (value.upstreamCluster !== undefined) writer.string('upstreamCluster', value.upstreamCluster);
  writer.string('connection', value.connection);
  if (value.responseCodeDetails !== undefined) writer.string('responseCodeDetails', value.responseCodeDetails);
  if (value.responseFlags !== undefined) writer.string('responseFlags', value.responseFlags);
  if (value.redacted) strings('redacted', value.redacted);
  if (value.cut) {
    writer.document('cut');
    if (value.cut.request !== undefined) writer.integer('request', value.cut.request);
    if (value.cut.answer !== undefined) writer.integer('answer', value.cut.answer);
    writer.end();
  }
  if (value.reset) writer.boolean('reset', true);
  if (value.lostParts !== undefined) writer.integer('lostParts', value.lostParts);
  writer.end();
}

function endpoint(name: string, value: Endpoint): void {
  writer.document(name);
  writer.string('address', value.address);
  writer.integer('port', value.port);
  writer.end();
}

function captureEvent(name: string, event: CaptureEvent): void {
  writer.document(name);
  writer.string('kind', event.kind);
  writer.string('side', event.side);
  if (event.kind === 'message') writer.string('from', event.from);
  writer.int64('time', event.time);
  switch (event.kind) {
    case 'headers':
    case 'trailers': {
      // Names and values by turns in one array: half the size of an array of pairs.
      writer.array('headers');
      let index = 0;
      for (const [field, value] of event.headers) {
        writer.string(String(index++), field);
        writer.string(String(index++), value);
      }
      writer.end();
      break;
    }
    case 'data':
    case 'message':
      writer.integer('length', event.length);
      writer.binary('bytes', event.bytes);
      break;
    case 'end':
      writer.boolean('reset', event.reset);
  }
  writer.end();
}

function strings(name: string, values: readonly string[]): void {
  writer.array(name);
  values.forEach((value, index) => {
    writer.string(String(index), value);
  });
  writer.end();
}

function loss(document: LossDocument): void {
  writer.int64('time', document.time);
  writer.string('namespace', document.namespace);
  writer.string('pod', document.pod);
  writer.string('stage', document.stage);
  writer.string('kind', document.kind);
  writer.integer('count', document.count);
  writer.string('reason', document.reason);
  writer.string('counter', document.counter);
  writer.integer('total', document.total);
}

function heartbeat(document: HeartbeatDocument): void {
  writer.int64('time', document.time);
  writer.string('namespace', document.namespace);
  writer.string('pod', document.pod);
  writer.integer('instances', document.instances);
  writer.integer('exchanges', document.exchanges);
  writer.integer('messages', document.messages);
  writer.boolean('capturing', document.capturing);
  if (document.sent) sent(document.sent);
}

function sent({ counter, exchanges, parts }: SentCount): void {
  writer.document('sent');
  writer.string('counter', counter);
  writer.integer('exchanges', exchanges);
  writer.integer('parts', parts);
  writer.end();
}
