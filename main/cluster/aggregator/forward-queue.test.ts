import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForwardQueue } from './forward-queue.ts';

const ofSize = (size: number) => () => new Uint8Array(size);

describe('ForwardQueue', () => {
  it('hands out everything in order, again after a new connection, until it is acknowledged', () => {
    const action = fc.oneof(
      fc.record({ do: fc.constant('offer' as const), size: fc.integer({ min: 1, max: 50 }) }),
      fc.record({ do: fc.constant('take' as const), size: fc.integer({ min: 1, max: 200 }) }),
      fc.record({ do: fc.constant('acknowledge' as const), size: fc.nat(20) }),
      fc.record({ do: fc.constant('rewind' as const), size: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        const queue = new ForwardQueue(500);
        let offered = 0n;
        let sent = 0n;
        let acknowledged = 0n;
        for (const { do: what, size } of actions) {
          if (what === 'offer') {
            const room = queue.bytes < 500;
            expect(queue.offer(ofSize(size))).toBe(room);
            if (room) offered++;
          } else if (what === 'take') {
            for (const { sequence } of queue.take(size)) expect(sequence).toBe(++sent);
          } else if (what === 'acknowledge') {
            const sequence = acknowledged + BigInt(size);
            expect(queue.acknowledge(sequence)).toBe(sequence <= sent);
            if (sequence <= sent) acknowledged = sequence;
          } else {
            queue.rewind();
            sent = acknowledged;
          }
          expect(BigInt(queue.length)).toBe(offered - acknowledged);
          expect(queue.bytes).toBeLessThan(550);
        }
      }),
    );
  });

  it('gives memory back over a long life', () => {
    const queue = new ForwardQueue(10_000);
    for (let round = 1; round <= 5_000; round++) {
      queue.offer(ofSize(10));
      queue.take(100);
      queue.acknowledge(BigInt(round));
    }
    expect([queue.length, queue.bytes]).toEqual([0, 0]);
  });
});
