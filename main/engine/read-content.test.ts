import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDissector } from '../../app/assemble/dissector.ts';
import { protocols } from '../../app/decode/registry.ts';
import { statusOf } from '../../app/flows/status.ts';
import { createPcapReader } from '../../app/formats/pcap/pcap-reader.ts';
import { createPacketBuffers, ExchangePackets } from '../../app/synth/exchange-packets.ts';
import { answerFields, CapturedEvents, type FieldList, requestFields, START } from '../../tests/support/captured.ts';
import { CollectingSink } from '../../tests/support/decoding.ts';
import { contentReader } from './read-content.ts';
import { SpillFile } from './store/spill-file.ts';

let folder: string;
let spill: SpillFile;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'packet-inspector-content-'));
  spill = new SpillFile(join(folder, 'spill'));
});
afterEach(() => {
  spill.close();
  rmSync(folder, { recursive: true });
});

const buffers = createPacketBuffers();

/** The exchange out of the packets of a call of gRPC-Web with this answer, which comes in pieces. */
function decode(protocol: 'http/1.1' | 'http/2', coding: string, body: Uint8Array, type = 'application/grpc-web') {
  const fields: FieldList = [
    ['content-type', type],
    ['content-encoding', coding],
    ['content-length', String(body.length)],
  ];
  const events = new CapturedEvents()
    .headers('request', requestFields('POST', '/shop.Shop/List', [['content-type', type]]))
    .end('request')
    .headers('answer', answerFields(200, fields));
  for (let at = 0; at < body.length; at += 50_000) events.data('answer', body.subarray(at, at + 50_000));
  events.end('answer');
  const packets = new ExchangePackets({
    protocol,
    client: { address: '10.42.0.7', port: 40_001 },
    server: { address: '10.42.0.9', port: 8080 },
    initialSequence: 1,
    buffers,
  });
  const sink = new CollectingSink();
  const dissector = createDissector({ protocols, sink, store: spill, readContent: contentReader(spill) });
  const reader = createPcapReader({ packet: (packet) => dissector.packet(packet), problem: () => {} });
  reader.push(packets.add(events.events, true, START));
  reader.end();
  dissector.end();
  return sink.exchanges[0]!;
}

function frame(flags: number, payload: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flags;
  prefix.writeUInt32BE(payload.length, 1);
  return Buffer.concat([prefix, payload]);
}

/** Two messages, and the trailers. */
const stream = Buffer.concat([
  frame(0, Buffer.of(8, 1)),
  frame(0, Buffer.alloc(300, 7)),
  frame(0x80, Buffer.from('grpc-status: 14\r\ngrpc-message: no luck\r\n')),
]);

const codings: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array])[] = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
  ['identity, GZIP', gzipSync],
  ['gzip, br', (bytes) => brotliCompressSync(gzipSync(bytes))],
];

describe.each(['http/1.1', 'http/2'] as const)('gRPC-Web within a content coding over %s', (protocol) => {
  it.each(codings)('%s: its messages are counted, and its status is known', (coding, compress) => {
    const exchange = decode(protocol, coding, compress(stream));
    expect(exchange).toMatchObject({ protocol: 'gRPC-Web', messageCount: [0, 2], problems: [] });
    expect(statusOf(exchange)).toMatchObject({ kind: 'grpc', code: 14, text: 'UNAVAILABLE' });
  });

  it('as base64 text', () => {
    const exchange = decode(protocol, 'gzip', gzipSync(stream.toString('base64')), 'application/grpc-web-text');
    expect(exchange.messageCount).toEqual([0, 2]);
    expect(statusOf(exchange)?.code).toBe(14);
  });

  it('an answer that is cut is counted as far as it goes', () => {
    const whole = gzipSync(Buffer.concat([frame(0, Buffer.of(8, 1)), frame(0, randomBytes(1000)), stream]));
    const exchange = decode(protocol, 'gzip', whole.subarray(0, whole.length - 40));
    expect(exchange.messageCount[1]).toBeGreaterThan(0);
    expect(statusOf(exchange)).toBeNull();
  });

  it.each([
    ['no such stream', 'gzip', stream],
    ['unknown', 'snappy', stream],
    ['a bomb', 'gzip', gzipSync(Buffer.concat([frame(0, Buffer.alloc(40 << 20)), stream]))],
    ['a larger one', 'br', brotliCompressSync(Buffer.concat([frame(0, Buffer.alloc(40 << 20)), stream]))],
  ])('is not counted where the coding is %s', (_name, coding, body) => {
    const exchange = decode(protocol, coding, body);
    expect(exchange).toMatchObject({ protocol: 'gRPC-Web', messageCount: [0, 0] });
    expect(statusOf(exchange)).toBeNull();
  });
});
