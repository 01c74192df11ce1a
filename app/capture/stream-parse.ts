import type { CaptureDocument, CaptureEvent, LossKind, LossStage, SentCount, StreamDocument } from './document.ts';
import { StreamFormatError } from './document-splitter.ts';
import type { CaptureMetadata } from './metadata.ts';
import { parseMetadata } from './metadata-fields.ts';
import { MetadataReader } from './metadata-reader.ts';
import { readBson } from './read-bson.ts';
import { Fields } from './stream-fields.ts';
import type { Acknowledgement, FromAggregator, FromTail, TailRequest } from './stream-messages.ts';

const STAGES: readonly LossStage[] = ['filter', 'hand-over', 'aggregator', 'receiver'];
const KINDS: readonly LossKind[] = ['exchange', 'part', 'message', 'body'];
const SIDES = ['request', 'answer'] as const;
const ENDS = ['source', 'destination'] as const;
const EVENT_KINDS = ['headers', 'trailers', 'data', 'end', 'message'] as const;

/** The field whose value mostly came before. */
const METADATA = 'metadata';
const metadataReader = new MetadataReader();

/** Reads one document from an aggregator. Throws `StreamFormatError` where it is not as docs/analysis-stream.md says. */
export function parseFromAggregator(bytes: Uint8Array): FromAggregator {
  const fields = readDocument(bytes);
  if (fields.text('type') !== 'hello') return sequenced(fields);
  return {
    type: 'hello',
    version: fields.integer('version'),
    aggregator: fields.text('aggregator'),
    node: fields.text('node'),
  };
}

export function parseAcknowledgement(bytes: Uint8Array): Acknowledgement {
  const fields = readDocument(bytes);
  fields.oneOf('type', ['ack']);
  return { type: 'ack', sequence: fields.long('sequence') };
}

export function parseTailRequest(bytes: Uint8Array): TailRequest {
  const fields = readDocument(bytes);
  fields.oneOf('type', ['tail']);
  return {
    type: 'tail',
    version: fields.integer('version'),
    ring: fields.text('ring'),
    after: fields.has('after') ? fields.long('after') : null,
  };
}

/** Reads one document of a live tail. */
export function parseFromTail(bytes: Uint8Array): FromTail {
  const fields = readDocument(bytes);
  switch (fields.text('type')) {
    case 'hello':
      return {
        type: 'hello',
        version: fields.integer('version'),
        ring: fields.text('ring'),
        first: fields.long('first'),
        next: fields.long('next'),
      };
    case 'gap':
      return { type: 'gap', from: fields.long('from'), to: fields.long('to'), count: fields.integer('count') };
    default:
      return sequenced(fields);
  }
}

function readDocument(bytes: Uint8Array): Fields {
  return new Fields(readBson(bytes, METADATA), '');
}

function metadata(fields: Fields): CaptureMetadata {
  const document = fields.unread(METADATA);
  return metadataReader.read(document, (each) => parseMetadata(new Fields(each.read(), `${METADATA}.`)));
}

function sequenced(fields: Fields): FromAggregator & { type: 'document' } {
  return { type: 'document', sequence: fields.long('sequence'), document: streamDocument(fields) };
}

function streamDocument(fields: Fields): StreamDocument {
  const type = fields.oneOf('type', ['capture', 'loss', 'heartbeat']);
  if (type === 'capture') return capture(fields);
  const place = { time: fields.long('time'), namespace: fields.text('namespace'), pod: fields.text('pod') };
  if (type === 'heartbeat') {
    return {
      type,
      ...place,
      instances: fields.integer('instances'),
      exchanges: fields.integer('exchanges'),
      messages: fields.integer('messages'),
      capturing: fields.boolean('capturing'),
      ...sent(fields),
    };
  }
  return {
    type,
    ...place,
    stage: fields.oneOf('stage', STAGES),
    kind: fields.oneOf('kind', KINDS),
    count: fields.integer('count'),
    reason: fields.text('reason'),
    counter: fields.text('counter'),
    total: fields.integer('total'),
  };
}

function capture(fields: Fields): CaptureDocument {
  return {
    type: 'capture',
    part: fields.integer('part'),
    final: fields.boolean('final'),
    metadata: metadata(fields),
    pcap: fields.bytes('pcap'),
    events: fields.has('events') ? fields.documents('events').map(captureEvent) : [],
    ...sent(fields),
  };
}

function sent(fields: Fields): { sent?: SentCount } {
  if (!fields.has('sent')) return {};
  const count = fields.document('sent');
  return {
    sent: {
      counter: count.text('counter'),
      exchanges: count.integer('exchanges'),
      parts: count.integer('parts'),
    },
  };
}

function captureEvent(fields: Fields): CaptureEvent {
  const kind = fields.oneOf('kind', EVENT_KINDS);
  const side = fields.oneOf('side', SIDES);
  const time = fields.long('time');
  switch (kind) {
    case 'headers':
    case 'trailers':
      return { kind, side, time, headers: pairs(fields.texts('headers')) };
    case 'data':
      return { kind, side, time, bytes: fields.bytes('bytes'), length: fields.integer('length') };
    case 'message':
      return {
        kind,
        side,
        from: fields.oneOf('from', ENDS),
        time,
        bytes: fields.bytes('bytes'),
        length: fields.integer('length'),
      };
    case 'end':
      return { kind, side, time, reset: fields.boolean('reset') };
  }
}

function pairs(texts: readonly string[]): (readonly [string, string])[] {
  if (texts.length % 2 !== 0) throw new StreamFormatError('a header name has no value');
  const result: (readonly [string, string])[] = [];
  for (let index = 0; index < texts.length; index += 2) result.push([texts[index]!, texts[index + 1]!]);
  return result;
}
