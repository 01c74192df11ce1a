import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CaptureBatch, FilterRecord } from './batch.ts';
import { DROP_KIND_NAMES, DROP_REASON_NAMES, PROTOCOLS } from './batch-names.ts';
import { decodeBatch } from './decode-batch.ts';
import type { CaptureEvent } from './document.ts';
import { encodeBatch } from './encode-batch.ts';
import { decodeHeaderPairs, encodeHeaderPairs } from './header-pairs.ts';
import { responseFlagsText } from './response-flags.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((value) => new TextDecoder().decode(encode(value)));
const count = fc.nat(Number.MAX_SAFE_INTEGER);
const time = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const side = fc.constantFrom('request' as const, 'answer' as const);
const bytes = fc.uint8Array({ maxLength: 40 });
const headers = fc.array(fc.tuple(text, text), { maxLength: 6 });
const counted = fc.tuple(bytes, fc.nat(1 << 30)).map(([held, more]) => ({ bytes: held, length: held.length + more }));
const endpoint = fc.record({
  address: fc.oneof(fc.ipV4(), fc.constantFrom('fd00::7', '::1')),
  port: fc.nat(0xffff),
});
const event: fc.Arbitrary<CaptureEvent> = fc.oneof(
  fc.record({ kind: fc.constantFrom('headers' as const, 'trailers' as const), side, time, headers }),
  fc.tuple(side, time, counted).map(([of, at, body]) => ({ kind: 'data' as const, side: of, time: at, ...body })),
  fc.record({ kind: fc.constant('end' as const), side, time, reset: fc.boolean() }),
  fc
    .tuple(side, fc.constantFrom('source' as const, 'destination' as const), time, counted)
    .map(([of, from, at, body]) => ({ kind: 'message' as const, side: of, from, time: at, ...body })),
);
const record: fc.Arbitrary<FilterRecord> = fc.record({
  mode: fc.constantFrom('http' as const, 'diameter' as const),
  stream: count,
  part: fc.nat(0xffffffff),
  final: fc.boolean(),
  reset: fc.boolean(),
  connection: fc.option(
    fc.record({
      id: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(String),
      role: fc.constantFrom('consumer' as const, 'producer' as const),
      protocol: fc.constantFrom(...PROTOCOLS.map(([, name]) => name)),
      source: endpoint,
      destination: endpoint,
    }),
  ),
  upstream: fc.option(endpoint),
  upstreamCluster: text,
  responseCodeDetails: text,
  responseFlags: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(responseFlagsText),
  events: fc.array(event, { maxLength: 6 }),
});
const batch: fc.Arbitrary<CaptureBatch> = fc.record({
  instance: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((value) => value.toString(16).padStart(16, '0')),
  sequence: fc.nat(0xffffffff),
  settled: fc.nat(0xffffffff),
  node: fc.record({
    pod: text,
    namespace: text,
    workload: text,
    serviceAccount: text,
    nodeName: text,
    service: text,
  }),
  capturing: fc.boolean(),
  exchangesSeen: count,
  messagesSeen: count,
  drops: fc.array(
    fc.record({
      kind: fc.constantFrom(...DROP_KIND_NAMES.map(([, name]) => name)),
      reason: fc.constantFrom(...DROP_REASON_NAMES.map(([, name]) => name)),
      count,
    }),
    { maxLength: 4 },
  ),
  records: fc.array(record, { maxLength: 4 }),
});

describe('batch', () => {
  it('comes back from its bytes as it was', () => {
    fc.assert(fc.property(batch, (value) => void expect(decodeBatch(encodeBatch(value))).toEqual(value)));
  });

  it('cut at any byte gives a shorter batch or says where it broke', () => {
    fc.assert(
      fc.property(batch, (value) => {
        const whole = encodeBatch(value);
        for (let length = 0; length < whole.length; length++) {
          const decoded = decodeBatch(whole.subarray(0, length));
          if ('error' in decoded) {
            expect(decoded.offset).toBeLessThanOrEqual(length);
          } else {
            expect(value.records.slice(0, decoded.records.length)).toEqual(decoded.records);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('survives any byte being changed', () => {
    fc.assert(
      fc.property(batch, fc.nat(), fc.nat(255), (value, at, byte) => {
        const whole = encodeBatch(value);
        whole[at % whole.length] = byte;
        expect(decodeBatch(whole)).toBeTypeOf('object');
      }),
    );
  });

  it('refuses what is not a batch', () => {
    expect(decodeBatch(new Uint8Array(0))).toEqual({ error: 'shorter than the head of a batch', offset: 0 });
    expect(decodeBatch(new Uint8Array(100))).toEqual({ error: 'does not begin with PIB1', offset: 0 });
  });
});

describe('header pairs', () => {
  it('keep bytes that are not UTF-8 as one character each', () => {
    const encoded = encodeHeaderPairs([['name', 'caf_']]);
    encoded[encoded.lastIndexOf(0x5f)] = 0xe9;
    expect(decodeHeaderPairs(encoded)).toEqual([['name', 'café']]);
  });

  it('refuse lengths that lie', () => {
    const encoded = encodeHeaderPairs([['name', 'value']]);
    new DataView(encoded.buffer).setUint32(0, 0xffffffff, true);
    expect(decodeHeaderPairs(encoded)).toBeNull();
  });
});

function encode(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
