import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
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
import { GrpcMessageCounter } from '../grpc/message-counter.ts';
import { WebSocketCounter } from '../websocket/counter.ts';

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
