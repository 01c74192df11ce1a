import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CaptureMetadata } from '../capture/metadata.ts';
import { createAddressBook } from './address-book.ts';

const address = '10.42.0.7';

function captureOf(pod: string, workload: string): CaptureMetadata {
  const end = { address, port: 8080 };
  return {
    version: 1,
    id: pod,
    role: 'producer',
    pod: { namespace: 'shop', pod, service: workload, workload, node: 'node-a', serviceAccount: workload },
    protocol: 'http/1.1',
    source: { address: '10.42.0.1', port: 1 },
    destination: end,
    connection: '1',
  };
}

describe('an address', () => {
  it('has the name that it had at the time, also when that is asked later', () => {
    const book = createAddressBook();
    book.learnName(address, 'cart-1.shop.pod', 1_000);
    book.learnName(address, 'ocs-4.epc.pod', 5_000);
    expect([0, 1_000, 4_999, 5_000].map((time) => book.lookup(address, time)?.pod)).toEqual([
      'cart-1',
      'cart-1',
      'cart-1',
      'ocs-4',
    ]);
  });

  it('is better known by the captures of its pod, which no name of the same pod or of a service undoes', () => {
    const book = createAddressBook();
    book.learnName(address, 'cart.shop.svc', 1_000);
    book.learnCapture(captureOf('cart-1', 'cart'), 2_000);
    book.learnName(address, 'cart-1.shop.pod', 3_000);
    book.learnName(address, 'other.shop.svc', 3_000);
    expect(book.lookup(address, 1_500)).toMatchObject({ pod: 'cart-1', workload: 'cart' });
    expect(book.lookup(address, 9_000)).toMatchObject({ pod: 'cart-1', service: 'cart', workload: 'cart' });
    // The next pod at that address has no sidecar.
    book.learnName(address, 'batch-1.jobs.pod', 4_000);
    expect(book.lookup(address, 3_999)).toMatchObject({ pod: 'cart-1' });
    expect(book.lookup(address, 4_000)).toMatchObject({ pod: 'batch-1', namespace: 'jobs', workload: '' });
  });

  it('may be told out of order, and be that of a node', () => {
    const book = createAddressBook();
    const learnt: string[] = [];
    book.onLearn = (of) => learnt.push(of);
    book.learnCapture(captureOf('cart-2', 'cart'), 5_000);
    book.learnCapture(captureOf('cart-1', 'cart'), 1_000);
    book.learnCapture(captureOf('cart-2', 'cart'), 4_000);
    expect([1_000, 3_999, 4_000].map((time) => book.lookup(address, time)?.pod)).toEqual([
      'cart-1',
      'cart-1',
      'cart-2',
    ]);
    expect(learnt).toEqual([address, address]);
    book.learnName('192.168.0.4', 'ip-192-168-0-4.example.internal.node', 0);
    expect(book.lookup('192.168.0.4', 0)).toMatchObject({ node: 'ip-192-168-0-4.example.internal', pod: '' });
  });

  it('has at each time the pod that was the last to come, whatever the order in which that is told', () => {
    // Each pod comes once, and is there again and again until the next comes.
    const facts = fc
      .uniqueArray(fc.nat(1_000), { minLength: 1, maxLength: 6 })
      .map((times) =>
        times
          .toSorted((a, b) => a - b)
          .flatMap((since, pod) => [since, since + 0.25, since + 0.5].map((time) => ({ time, pod: `pod-${pod}` }))),
      );
    const shuffled = facts.chain((all) => fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }));
    fc.assert(
      fc.property(shuffled, (all) => {
        const book = createAddressBook();
        for (const { time, pod } of all) book.learnName(address, `${pod}.shop.pod`, time);
        for (const { time, pod } of all) expect(book.lookup(address, time)?.pod).toBe(pod);
      }),
    );
  });
});
