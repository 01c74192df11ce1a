import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportedPdu } from '../../tests/support/packets.ts';
import { joinBytes } from '../bytes/join.ts';
import { protocols } from '../decode/registry.ts';
import type { Exchange, HttpMessage } from '../model/exchange.ts';
import { createDissector } from './dissector.ts';

const CLIENT = { from: '10.0.0.1', to: '10.0.0.2', fromPort: 50_000, toPort: 50_051 };
const SERVER = { from: '10.0.0.2', to: '10.0.0.1', fromPort: 50_051, toPort: 50_000 };

type Sent = readonly ['c' | 's', Uint8Array];

/** What is made of PDUs that were exported under the name of gRPC, a millisecond after each other. */
function dissect(sent: readonly Sent[]): { exchanges: Exchange[]; stored: Uint8Array } {
  const exchanges: Exchange[] = [];
  const stored: number[] = [];
  const dissector = createDissector({
    protocols,
    sink: { open: (exchange) => exchanges.push(exchange), change: () => {}, close: () => {} },
    store: { append: (bytes) => stored.push(...bytes) - bytes.length },
  });
  let time = 0n;
  for (const [from, payload] of sent) {
    time += 1_000_000n;
    dissector.packet(exportedPdu('grpc', from === 'c' ? CLIENT : SERVER, payload, time));
  }
  dissector.end();
  return { exchanges, stored: Uint8Array.from(stored) };
}

function prefixed(payload: Uint8Array, compressed = 0): Uint8Array {
  const { length } = payload;
  return joinBytes([Uint8Array.of(compressed, length >>> 24, length >>> 16, length >>> 8, length), payload]);
}

const ORDER = prefixed(Uint8Array.of(8, 42));
const PARCEL = prefixed(Uint8Array.of(10, 3, 0x62, 0x6f, 0x78));

describe('PDUs that were exported under the name of gRPC', () => {
  it('are a list of messages by their sides, of a call of which nothing else is known', () => {
    const { exchanges, stored } = dissect([
      ['c', ORDER],
      ['s', PARCEL],
      ['s', joinBytes([PARCEL, PARCEL])],
    ]);
    expect(exchanges).toMatchObject([
      {
        protocol: 'gRPC',
        streamId: 0,
        state: 'complete',
        messageCount: [1, 3],
        conversation: { transport: 'exported-pdu', client: { port: 50_000 }, server: { port: 50_051 } },
        request: { method: '', target: '', headers: [], trailers: [], complete: true, body: { stored: 7 } },
        answer: { status: 0, headers: [], trailers: [], complete: true, body: { stored: 30 } },
        problems: [{ severity: 'note', code: 'grpc.call.missing' }],
      },
    ]);
    expect((exchanges[0]!.answer as HttpMessage).body.chunks.map(({ time }) => time)).toEqual([2_000_000n, 3_000_000n]);
    expect(stored).toEqual(joinBytes([ORDER, PARCEL, PARCEL, PARCEL]));
  });

  it('are frames of HTTP/2 where their bytes are', () => {
    const headers = Uint8Array.of(0, 0, 3, 1, 4, 0, 0, 0, 1, 0x83, 0x84, 0x86);
    const data = joinBytes([Uint8Array.of(0, 0, 7, 0, 1, 0, 0, 0, 1), ORDER]);
    const { exchanges } = dissect([
      ['c', headers],
      ['c', data],
    ]);
    expect(exchanges).toMatchObject([{ streamId: 1, request: { method: 'POST', body: { stored: 7 } } }]);
  });

  it('that end in the middle of a message come again, or go on', () => {
    for (const second of [PARCEL, PARCEL.subarray(6)]) {
      const { exchanges, stored } = dissect([
        ['c', PARCEL.subarray(0, 6)],
        ['c', second],
      ]);
      expect(exchanges).toMatchObject([{ protocol: 'gRPC', messageCount: [1, 0], request: { complete: true } }]);
      expect(stored).toEqual(PARCEL);
    }
  });

  it('that are no messages any more say so', () => {
    const { exchanges } = dissect([
      ['c', ORDER],
      ['c', Uint8Array.of(0x80, 1, 2, 3, 4, 5)],
    ]);
    expect(exchanges).toMatchObject([
      {
        messageCount: [1, 0],
        state: 'unanswered',
        request: { complete: false },
        problems: [{ code: 'grpc.call.missing' }, { severity: 'warning', code: 'grpc.message' }],
      },
    ]);
  });

  it('have a conversation each, by which a part of a capture can be saved', () => {
    const nothing = { open: () => {}, change: () => {}, close: () => {} };
    const dissector = createDissector({ protocols: [], sink: nothing, store: { append: () => 0 } });
    const others = { ...CLIENT, fromPort: 50_001 };
    const streams = [CLIENT, SERVER, others].map((ends) => {
      dissector.packet(exportedPdu('grpc', ends, ORDER, 0n));
      return dissector.stream;
    });
    expect(streams).toEqual([0, 0, 1]);
  });

  it('give every message, whatever is in them', () => {
    const message = fc.record({
      from: fc.constantFrom('c' as const, 's' as const),
      payloads: fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 3 }),
      compressed: fc.nat(1),
    });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 12 }), (sent) => {
        const pdus = sent.map(
          ({ from, payloads, compressed }) =>
            [from, joinBytes(payloads.map((payload) => prefixed(payload, compressed)))] as const,
        );
        const { exchanges, stored } = dissect(pdus);
        const count = (side: 'c' | 's') =>
          sent.filter(({ from }) => from === side).reduce((sum, { payloads }) => sum + payloads.length, 0);
        expect(exchanges.map(({ messageCount }) => messageCount)).toEqual([[count('c'), count('s')]]);
        expect(stored).toEqual(joinBytes(pdus.map(([, bytes]) => bytes)));
      }),
    );
  });
});
