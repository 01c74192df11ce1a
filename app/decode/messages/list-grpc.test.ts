import { randomBytes } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  bodyOf,
  grpcText,
  list,
  MemoryStore,
  messageOf,
  type Piece,
  prefixed,
} from '../../../tests/support/message-lists.ts';

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
