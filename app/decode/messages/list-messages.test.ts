import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { nodeContentCodings } from '../../../main/engine/content-codings.ts';
import type { Body, Header, HttpMessage, Protocol } from '../../model/exchange.ts';
import { GrpcMessageCounter } from '../grpc/message-counter.ts';
import { emptyBody, skipBody, storeBody } from '../http/body.ts';
import { newMessage, unknownHead } from '../http/exchange.ts';
import { WebSocketCounter } from '../websocket/counter.ts';
import { listStreamMessages } from './list-messages.ts';

/** A body store in memory that counts what is read of it. */
class MemoryStore {
  readonly bytes: number[] = [];
  read = 0;

  append(bytes: Uint8Array): number {
    const offset = this.bytes.length;
    for (const octet of bytes) this.bytes.push(octet);
    return offset;
  }

  readonly reader = (offset: number, length: number): Uint8Array | null => {
    if (offset + length > this.bytes.length) return null;
    this.read += length;
    return Uint8Array.from(this.bytes.slice(offset, offset + length));
  };
}

type Piece = readonly [milliseconds: number, bytes: Uint8Array | number];

/** A body of pieces that arrived at these times; a number stands for so many missing bytes. */
function bodyOf(store: MemoryStore, pieces: readonly Piece[]): Body {
  const body = emptyBody();
  for (const [time, bytes] of pieces) {
    if (typeof bytes === 'number') skipBody(body, bytes, BigInt(time) * 1_000_000n);
    else storeBody(body, store, bytes, BigInt(time) * 1_000_000n);
    // Bodies of different streams lie between each other in the store.
    store.append(Uint8Array.of(0xee));
  }
  return body;
}

function messageOf(body: Body, headers: Readonly<Record<string, string>> = {}, target = ''): HttpMessage {
  const fields: Header[] = Object.entries(headers).map(([name, value]) => ({ name, value }));
  return { ...newMessage({ ...unknownHead('2'), headers: fields, target }, 0n, 0n), body };
}

function list(
  protocol: Protocol,
  store: MemoryStore,
  request: HttpMessage | null,
  answer: HttpMessage | null,
  offset = 0,
  limit = 100,
) {
  const source = { protocol, request, answer, read: store.reader, codings: nodeContentCodings, schema: null };
  return listStreamMessages(source, offset, limit);
}

function prefixed(payload: Uint8Array, flags = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flags;
  prefix.writeUInt32BE(payload.length, 1);
  return Buffer.concat([prefix, payload]);
}

const grpcText = (text: string) => prefixed(Buffer.concat([Buffer.of(0x0a, text.length), Buffer.from(text)]));

describe('gRPC', () => {
  test('both sides in the order in which messages became whole', async () => {
    const store = new MemoryStore();
    const long = grpcText('second');
    const request = messageOf(
      bodyOf(store, [
        [1, grpcText('first')],
        [2, long.subarray(0, 7)],
        [5, long.subarray(7)],
      ]),
    );
    const answer = messageOf(
      bodyOf(store, [
        [3, Buffer.concat([grpcText('a'), grpcText('b')])],
        [6, grpcText('c')],
      ]),
    );
    const { total, messages } = await list('gRPC', store, request, answer);
    expect(total).toBe(5);
    expect(messages.map(({ index, side, time, text }) => [index, side, time, text])).toEqual([
      [0, 'request', 1, '1: "first"'],
      [1, 'answer', 3, '1: "a"'],
      [2, 'answer', 3, '1: "b"'],
      [3, 'request', 5, '1: "second"'],
      [4, 'answer', 6, '1: "c"'],
    ]);
    expect(messages[3]).toMatchObject({ length: 8, compressed: false, type: 'message', complete: true });
  });

  test('compressed by grpc-encoding, and without knowing it', async () => {
    const store = new MemoryStore();
    const body = bodyOf(store, [
      [1, prefixed(gzipSync(Buffer.of(8, 42)), 1)],
      [2, prefixed(Buffer.of(8, 1))],
    ]);
    const texts = async (headers: Record<string, string>) =>
      (await list('gRPC', store, null, messageOf(body, headers))).messages.map(({ text }) => text);
    expect(await texts({ 'grpc-encoding': 'gzip' })).toEqual(['1: 42', '1: 1']);
    expect(await texts({})).toEqual(['1: 42', '1: 1']);
    expect((await texts({ 'grpc-encoding': 'snappy' }))[0]).toContain('# The content coding snappy is not known.');
    expect((await texts({ 'grpc-encoding': 'identity' }))[0]).toContain(
      '# The message is compressed, but no header says how.',
    );
  });

  test('the JSON codec is laid out as it is', async () => {
    const store = new MemoryStore();
    const body = bodyOf(store, [[1, prefixed(Buffer.from('{"id":12345678901234567890}'))]]);
    const { messages } = await list('gRPC', store, messageOf(body, { 'content-type': 'application/grpc+json' }), null);
    expect(messages[0]!.text).toBe('{\n  "id": 12345678901234567890\n}');
  });

  test('a hole in a payload costs that message, one in a prefix the rest', async () => {
    const store = new MemoryStore();
    const [first, second, third] = [grpcText('lost in part'), grpcText('whole'), grpcText('third')];
    const request = messageOf(
      bodyOf(store, [
        [1, first.subarray(0, 10)],
        [2, first.length - 10],
        [3, second],
      ]),
    );
    const answer = messageOf(
      bodyOf(store, [
        [4, third],
        [5, 3],
        [6, second.subarray(3)],
      ]),
    );
    const { messages } = await list('gRPC', store, request, answer);
    expect(messages.map(({ complete, text }) => [complete, text.split('\n').at(-1)])).toEqual([
      [false, '# Not all bytes of the message are in the capture.'],
      [true, '1: "whole"'],
      [true, '1: "third"'],
    ]);
  });

  test('payloads outside of the window are not read', async () => {
    const store = new MemoryStore();
    const large = prefixed(new Uint8Array(200_000));
    const body = bodyOf(
      store,
      Array.from({ length: 10 }, (_, time) => [time, large] as const),
    );
    const { total, messages } = await list('gRPC', store, messageOf(body), null, 4, 1);
    expect([total, messages.length, messages[0]!.index]).toEqual([10, 1, 4]);
    expect(store.read).toBeLessThan(10 * 17_000 + 210_000);
  });
});

describe('gRPC-Web', () => {
  const stream = Buffer.concat([
    grpcText('one'),
    grpcText('two'),
    prefixed(Buffer.from('grpc-status: 0\r\ngrpc-message: ok\r\n'), 0x80),
  ]);
  const expected = [
    ['message', '1: "one"'],
    ['message', '1: "two"'],
    ['trailers', 'grpc-status: 0\r\ngrpc-message: ok'],
  ];

  test('binary, with the trailers in the body', async () => {
    const store = new MemoryStore();
    const answer = messageOf(bodyOf(store, [[1, stream]]), { 'content-type': 'application/grpc-web+proto' });
    expect((await list('gRPC-Web', store, null, answer)).messages.map(({ type, text }) => [type, text])).toEqual(
      expected,
    );
  });

  test.each([
    ['gzip', gzipSync(stream)],
    ['deflate', deflateSync(stream)],
    ['GZIP, identity', gzipSync(stream)],
  ])('within the content coding %s, wherever it is split', async (coding, coded) => {
    for (let at = 0; at <= coded.length; at += 7) {
      const store = new MemoryStore();
      const pieces: Piece[] = [
        [1, coded.subarray(0, at)],
        [2, coded.subarray(at)],
      ];
      const headers = { 'content-type': 'application/grpc-web+proto', 'content-encoding': coding };
      const answer = messageOf(bodyOf(store, pieces), headers);
      expect((await list('gRPC-Web', store, null, answer)).messages.map(({ type, text }) => [type, text])).toEqual(
        expected,
      );
    }
  });

  test('within a content coding that is cut or unknown, as far as it goes', async () => {
    const store = new MemoryStore();
    const large = gzipSync(Buffer.concat([grpcText('one'), prefixed(randomBytes(40_000))]));
    const texts = async (coding: string) => {
      const body = bodyOf(store, [[1, large.subarray(0, 30_000)]]);
      const answer = messageOf(body, { 'content-type': 'application/grpc-web', 'content-encoding': coding });
      return (await list('gRPC-Web', store, null, answer)).messages.map(({ text, complete }) => [
        text.slice(0, 8),
        complete,
      ]);
    };
    expect((await texts('gzip'))[0]).toEqual(['1: "one"', true]);
    expect(await texts('snappy')).toEqual([]);
  });

  test('base64 text of runs with padding, split anywhere', async () => {
    const text = [stream.subarray(0, 4), stream.subarray(4, 12), stream.subarray(12)]
      .map((run) => run.toString('base64'))
      .join('');
    const bytes = Buffer.from(text);
    for (let at = 0; at <= bytes.length; at++) {
      const store = new MemoryStore();
      const pieces: Piece[] = [
        [1, bytes.subarray(0, at)],
        [2, bytes.subarray(at)],
      ];
      const answer = messageOf(bodyOf(store, pieces), { 'Content-Type': 'application/grpc-web-text' });
      expect((await list('gRPC-Web', store, null, answer)).messages.map(({ type, text }) => [type, text])).toEqual(
        expected,
      );
    }
  });
});

/** The bytes after the handshake that two real peers write to each other: client's, server's, and the agreed extensions. */
async function record(options: object, converse: (client: WebSocket) => Promise<void>) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options });
  await once(server, 'listening');
  const seen: [Buffer[], Buffer[]] = [[], []];
  const relay = createServer((client) => {
    const upstream = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.on('data', (bytes) => seen[0].push(bytes)).pipe(upstream);
    upstream.on('data', (bytes) => seen[1].push(bytes)).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(relay.address() as AddressInfo).port}`, options);
  const [accepted] = (await once(server, 'connection')) as [WebSocket];
  if (client.readyState !== WebSocket.OPEN) await once(client, 'open');
  const closed = Promise.all([once(client, 'close'), once(accepted, 'close')]);
  await converse(client);
  await closed;
  relay.close();
  server.close();
  const [fromClient, fromServer] = seen.map((parts) => Buffer.concat(parts));
  const body = (bytes: Buffer) => bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
  const extensions = /^sec-websocket-extensions: (.*)\r$/im.exec(fromServer!.toString('latin1'))?.[1] ?? '';
  return { client: body(fromClient!), server: body(fromServer!), extensions };
}

async function send(socket: WebSocket, data: string | Uint8Array, options: object = {}): Promise<void> {
  await new Promise<void>((resolve) => socket.send(data, options, () => resolve()));
}

describe('WebSocket', () => {
  const json = JSON.stringify({ topic: 'orders', text: 'the same words again and again, the same words again' });
  const laidOut = JSON.stringify(JSON.parse(json), null, 2);

  const variants = [
    ['uncompressed', false, {}],
    ['permessage-deflate', true, { perMessageDeflate: { threshold: 0 } }],
    [
      'without context takeover',
      true,
      { perMessageDeflate: { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true } },
    ],
  ] as const;

  test.each(variants)(
    '%s, between two real peers, window by window and split anywhere',
    async (_name, compressed, options) => {
      const wire = await record(options, async (client) => {
        for (let count = 0; count < 3; count++) await send(client, json);
        await send(client, 'a fragment, ', { fin: false });
        client.ping('still there?');
        await send(client, 'and its end');
        await send(client, Buffer.of(1, 2, 3, 0x41));
        await new Promise<void>((resolve) => client.ping('', undefined, () => resolve()));
        client.close(1000, 'done');
      });
      const expected = [
        ['text', laidOut],
        ['text', laidOut],
        ['text', laidOut],
        ['ping', expect.stringContaining('still there?')],
        ['text', 'a fragment, and its end'],
        ['binary', expect.stringContaining('01 02 03 41')],
        ['ping', ''],
        ['close', '1000 Normal Closure: done'],
      ];
      const headers = { 'Sec-WebSocket-Extensions': wire.extensions };
      const step = Math.max(1, Math.floor(wire.client.length / 25));
      for (let at = 0; at <= wire.client.length; at += step) {
        const store = new MemoryStore();
        const request = messageOf(
          bodyOf(store, [
            [1, wire.client.subarray(0, at)],
            [2, wire.client.subarray(at)],
          ]),
        );
        const answer = messageOf(emptyBody(), headers);
        const all = await list('WebSocket', store, request, answer);
        expect(all.messages.map(({ type, text }) => [type, text])).toEqual(expected);
        expect(all.messages[0]!.compressed).toBe(compressed);
        const window = await list('WebSocket', store, request, answer, 4, 2);
        expect([window.total, window.messages]).toEqual([8, all.messages.slice(4, 6)]);
      }
    },
  );

  test('a lost message breaks those that go on from it, and says so', async () => {
    const wire = await record({ perMessageDeflate: { threshold: 0 } }, async (client) => {
      await send(client, json);
      await send(client, json);
      await send(client, json);
      client.close();
    });
    const store = new MemoryStore();
    const firstFrame = 6 + (wire.client[1]! & 0x7f);
    const pieces: Piece[] = [
      [1, wire.client.subarray(0, firstFrame + 8)],
      [2, 4],
      [3, wire.client.subarray(firstFrame + 12)],
    ];
    const answer = messageOf(emptyBody(), { 'sec-websocket-extensions': 'permessage-deflate' });
    const { messages } = await list('WebSocket', store, messageOf(bodyOf(store, pieces)), answer);
    expect(messages.map(({ complete }) => complete)).toEqual([true, false, true, true]);
    expect(messages[0]!.text).toBe(laidOut);
    expect(messages[2]!.text).toBe('# Compressed together with earlier messages that are missing, broken or too long.');
  });
});

describe('damage', () => {
  test('lists agree with the counters, and any bytes give a list', async () => {
    const frames = Buffer.concat([
      grpcText('abc'),
      Buffer.of(0x81, 3, 0x61, 0x62, 0x63, 0x01, 1, 0x64, 0x80, 0),
      prefixed(deflateRawSync('xyz'), 1),
      Buffer.of(0xc1, 0x83, 1, 2, 3, 4, 5, 6, 7),
    ]);
    const mutated = fc.array(fc.tuple(fc.nat(frames.length - 1), fc.nat(255)), { maxLength: 6 }).map((changes) => {
      const bytes = Uint8Array.from(frames);
      for (const [at, octet] of changes) bytes[at] = octet;
      return bytes;
    });
    const counters = { gRPC: GrpcMessageCounter, WebSocket: WebSocketCounter } as const;
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated, fc.uint8Array({ maxLength: 60 })), fc.nat(60), async (bytes, cut) => {
        for (const protocol of ['gRPC', 'WebSocket'] as const) {
          const store = new MemoryStore();
          const pieces: Piece[] = [
            [1, bytes.subarray(0, cut)],
            [2, bytes.subarray(cut)],
          ];
          const answer = messageOf(bodyOf(store, pieces), { 'sec-websocket-extensions': 'permessage-deflate' });
          const { total, messages } = await list(protocol, store, null, answer);
          const counter = new counters[protocol]();
          counter.push(bytes);
          expect(total).toBe(counter.count);
          expect(messages).toHaveLength(Math.min(total, 100));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('other protocols have no messages', async () => {
    const store = new MemoryStore();
    const message = messageOf(bodyOf(store, [[1, grpcText('abc')]]));
    expect(await list('HTTP/2', store, message, message)).toEqual({ total: 0, messages: [], untyped: false });
  });
});
