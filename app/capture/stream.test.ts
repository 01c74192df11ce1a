import { deserialize, ObjectId, serialize } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CaptureDocument, CaptureEvent, StreamDocument } from './document.ts';
import { createDocumentSplitter, StreamFormatError } from './document-splitter.ts';
import { encodeDocument, encodeMessage } from './stream-encode.ts';
import { parseAcknowledgement, parseFromAggregator, parseFromTail, parseTailRequest } from './stream-parse.ts';
import { skimFromAggregator } from './stream-skim.ts';

const text = fc.string({ unit: 'binary', maxLength: 20 });
const time = fc.bigInt(0n, 2n ** 63n - 1n);
const count = fc.nat(Number.MAX_SAFE_INTEGER);
const bytes = fc.uint8Array({ maxLength: 300 });
const side = fc.constantFrom('request' as const, 'answer' as const);
const endpoint = fc.record({ address: text, port: fc.nat(65_535) });

const event: fc.Arbitrary<CaptureEvent> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('headers' as const, 'trailers' as const),
    side,
    time,
    headers: fc.array(fc.tuple(text, text), { maxLength: 5 }),
  }),
  fc.record({ kind: fc.constant('data' as const), side, time, bytes, length: count }),
  fc.record({ kind: fc.constant('end' as const), side, time, reset: fc.boolean() }),
  fc.record({
    kind: fc.constant('message' as const),
    side,
    from: fc.constantFrom('source' as const, 'destination' as const),
    time,
    bytes,
    length: count,
  }),
);

const metadata = fc.record(
  {
    version: fc.constant(1 as const),
    id: text,
    role: fc.constantFrom('consumer' as const, 'producer' as const),
    pod: fc.record({ namespace: text, pod: text, service: text, workload: text, node: text, serviceAccount: text }),
    protocol: fc.constantFrom('http/1.1' as const, 'http/2' as const, 'diameter' as const),
    source: endpoint,
    destination: endpoint,
    connection: text,
    upstream: endpoint,
    upstreamCluster: text,
    responseCodeDetails: text,
    responseFlags: text,
    redacted: fc.array(text, { maxLength: 3 }),
    cut: fc.record({ request: count, answer: count }, { requiredKeys: [] }),
    reset: fc.constant(true as const),
    lostParts: count,
  },
  { requiredKeys: ['version', 'id', 'role', 'pod', 'protocol', 'source', 'destination', 'connection'] },
);

const sent = fc.record({ counter: text, exchanges: count, parts: count });

const capture: fc.Arbitrary<CaptureDocument> = fc.record(
  {
    type: fc.constant('capture' as const),
    part: fc.nat(),
    final: fc.boolean(),
    metadata,
    events: fc.array(event, { maxLength: 4 }),
    pcap: bytes,
    sent,
  },
  { requiredKeys: ['type', 'part', 'final', 'metadata', 'events', 'pcap'] },
);

const document: fc.Arbitrary<StreamDocument> = fc.oneof(
  capture,
  fc.record({
    type: fc.constant('loss' as const),
    time,
    namespace: text,
    pod: text,
    stage: fc.constantFrom('filter' as const, 'aggregator' as const),
    kind: fc.constantFrom('exchange' as const, 'body' as const),
    count,
    reason: text,
    counter: text,
    total: count,
  }),
  fc.record(
    {
      type: fc.constant('heartbeat' as const),
      time,
      namespace: text,
      pod: text,
      instances: count,
      exchanges: count,
      messages: count,
      capturing: fc.boolean(),
      sent,
    },
    { requiredKeys: ['type', 'time', 'namespace', 'pod', 'instances', 'exchanges', 'messages', 'capturing'] },
  ),
);

describe('documents of the stream', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(document, time, (original, sequence) => {
        const parsed = parseFromAggregator(encodeDocument(original, sequence));
        expect(parsed).toEqual({ type: 'document', sequence, document: original });
      }),
    );
  });

  it('are BSON to the reference implementation, byte for byte', () => {
    fc.assert(
      fc.property(document, time, (original, sequence) => {
        const encoded = encodeDocument(original, sequence);
        const read = deserialize(encoded, { useBigInt64: true, promoteBuffers: true });
        expect(Buffer.from(serialize(read))).toEqual(Buffer.from(encoded));
      }),
    );
  });

  it('are skimmed to the same fields, and reach a tail without their events', () => {
    fc.assert(
      fc.property(document, time, time, (original, sequence, other) => {
        const skimmed = skimFromAggregator(encodeDocument(original, sequence));
        const expected =
          original.type === 'capture'
            ? { ...original, events: original.events.slice(0, 1), pcap: new Uint8Array(original.pcap) }
            : original;
        expect(skimmed.message).toEqual({ type: 'document', sequence, document: expected });
        const slim = original.type === 'capture' ? { ...original, events: [] } : original;
        expect(parseFromTail(skimmed.forTail(other))).toEqual({ type: 'document', sequence: other, document: slim });
      }),
    );
  });

  it('are found again wherever the stream is split', () => {
    fc.assert(
      fc.property(fc.array(document, { minLength: 1, maxLength: 4 }), fc.array(fc.nat(50)), (originals, sizes) => {
        const stream = Buffer.concat(originals.map((original, index) => encodeDocument(original, BigInt(index))));
        const found: unknown[] = [];
        const splitter = createDocumentSplitter((chunk) => found.push(parseFromAggregator(chunk.slice())));
        let at = 0;
        for (const size of sizes) {
          splitter.push(stream.subarray(at, at + size));
          at += size;
        }
        splitter.push(stream.subarray(at));
        expect(found).toEqual(
          originals.map((original, index) => ({ type: 'document', sequence: BigInt(index), document: original })),
        );
        expect(splitter.pending).toBe(0);
      }),
    );
    const stream = encodeMessage({ type: 'hello', version: 1, aggregator: 'a', node: 'n' });
    const found: unknown[] = [];
    const splitter = createDocumentSplitter((chunk) => found.push(parseFromAggregator(chunk)));
    for (const byte of stream) splitter.push(Uint8Array.of(byte));
    expect(found).toEqual([{ type: 'hello', version: 1, aggregator: 'a', node: 'n' }]);
  });
});

describe('wrong input', () => {
  it('is a StreamFormatError, never another one, whatever bytes are changed or missing', () => {
    fc.assert(
      fc.property(document, fc.nat(), fc.nat(255), fc.boolean(), (original, position, value, cut) => {
        const encoded = encodeDocument(original, 1n);
        const at = position % encoded.length;
        const broken = cut ? encoded.slice(0, at) : encoded.with(at, value);
        for (const read of [
          parseFromAggregator,
          skimFromAggregator,
          parseFromTail,
          parseAcknowledgement,
          parseTailRequest,
        ]) {
          try {
            read(broken);
          } catch (error) {
            expect(error).toBeInstanceOf(StreamFormatError);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is refused at a length that cannot be one, before anything is kept', () => {
    const splitter = createDocumentSplitter(() => {}, 1000);
    for (const length of [0, 4, 1001, 0xffffffff]) {
      const head = Buffer.alloc(4);
      head.writeUInt32LE(length);
      expect(() => splitter.push(head)).toThrow(StreamFormatError);
    }
    expect(splitter.pending).toBe(0);
  });

  it('may hold what is not of the stream, beside what is', () => {
    const others = { id: new ObjectId(), at: new Date(0), nothing: null, share: 0.5, list: [{ a: 1 }, 'b'] };
    const hello = { type: 'hello', version: 1, aggregator: 'a', node: 'Straße' } as const;
    expect(parseFromAggregator(serialize({ ...others, ...hello, version: 1.0 }))).toEqual(hello);
    expect(() => parseFromAggregator(serialize({ ...hello, node: new Date(0) }))).toThrow(
      'the field node is not a string',
    );
    const forged = serialize({ ['__proto__']: { node: 'n' }, type: 'hello', version: 1, aggregator: 'a' });
    expect(() => parseFromAggregator(forged)).toThrow('the field node is missing');
  });

  it('is refused when its documents are too deep', () => {
    const bytes = Buffer.alloc(8 * 10_002 + 5);
    bytes.writeInt32LE(bytes.length, 0);
    for (let depth = 0, at = 4; depth < 10_001; depth++, at += 7) {
      bytes.set([4, 0x30, 0], at);
      bytes.writeInt32LE(bytes.length - at - 3 - depth, at + 3);
    }
    expect(() => parseFromAggregator(bytes)).toThrow(StreamFormatError);
  });

  it('names the field and what it should be', () => {
    const message = (value: object) => () => parseFromAggregator(serialize(value));
    expect(message({ type: 'hello', version: 1, aggregator: 'a' })).toThrow(
      'the field node is missing; it should be a string',
    );
    expect(message({ type: 'other', sequence: 1 })).toThrow('the field type is not one of capture, loss, heartbeat');
    expect(message({ type: 'capture', sequence: 1, part: 0, final: true, metadata: { version: 2 } })).toThrow(
      /version 2/,
    );
  });
});

describe('other messages', () => {
  it('come back as they were', () => {
    const sequence = 2n ** 40n;
    expect(parseAcknowledgement(encodeMessage({ type: 'ack', sequence }))).toEqual({ type: 'ack', sequence });
    for (const after of [null, 0n, sequence]) {
      const request = { type: 'tail', version: 1, ring: 'r', after } as const;
      expect(parseTailRequest(encodeMessage(request))).toEqual(request);
    }
    const gap = { type: 'gap', from: 1n, to: sequence, count: 2 ** 40 } as const;
    expect(parseFromTail(encodeMessage(gap))).toEqual(gap);
    const hello = { type: 'hello', version: 1, ring: 'r', first: 3n, next: 9n } as const;
    expect(parseFromTail(encodeMessage(hello))).toEqual(hello);
  });
});
