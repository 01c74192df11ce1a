import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CaptureDocument, HeartbeatDocument } from '../../../app/capture/document.ts';
import { callDocuments } from '../../../tests/support/capture-documents.ts';
import { Arrivals } from './arrivals.ts';

const [template] = callDocuments(0) as [CaptureDocument];
const pod = template.metadata.pod;

/** An aggregator that numbers what it sends of one pod: `0/1` is part 1 of exchange 0. */
function createSender(counter = 'run-1') {
  let exchanges = 0;
  let parts = 0;
  return {
    send(exchange: number, part = 0): CaptureDocument {
      if (part === 0) exchanges++;
      parts++;
      return {
        ...template,
        part,
        metadata: { ...template.metadata, id: `exchange ${exchange}` },
        sent: { counter, exchanges, parts },
      };
    },
    heartbeat: (): HeartbeatDocument => ({
      type: 'heartbeat',
      time: 0n,
      namespace: pod.namespace,
      pod: pod.pod,
      instances: 1,
      exchanges: 0,
      messages: 0,
      capturing: true,
      sent: { counter, exchanges, parts },
    }),
  };
}

const nothing = { exchanges: 0, parts: 0 };

describe('what arrives', () => {
  it('is shown once, whatever comes again', () => {
    const arrivals = new Arrivals();
    const { send } = createSender();
    const [first, second] = [send(1), send(2)];
    expect(arrivals.capture(first, 0)).toEqual({ capture: first, missed: nothing });
    expect(arrivals.capture(second, 0).capture).toBe(second);
    expect(arrivals.capture(first, 0)).toEqual({ capture: null, missed: nothing });
    // From the successor of an aggregator that ended before it could answer.
    const again = createSender('run-2').send(2);
    expect(arrivals.capture(again, 0)).toEqual({ capture: null, missed: nothing });
  });

  it('tells by the next capture, and by the next heartbeat, what did not', () => {
    const arrivals = new Arrivals();
    const { send, heartbeat } = createSender();
    arrivals.capture(send(1), 0);
    for (const exchange of [2, 3, 4]) send(exchange);
    send(4, 1);
    expect(arrivals.capture(send(5), 0).missed).toEqual({ exchanges: 3, parts: 1 });
    send(6);
    expect(arrivals.heartbeat(heartbeat(), 0)).toEqual({ exchanges: 1, parts: 0 });
    expect(arrivals.heartbeat(heartbeat(), 0)).toEqual(nothing);
  });

  it('is not missed when it was sent before we listened, and is when the pod or the aggregator is new', () => {
    const arrivals = new Arrivals();
    const early = createSender();
    for (let exchange = 0; exchange < 100; exchange++) early.send(exchange);
    expect(arrivals.capture(early.send(100), 0).missed).toEqual(nothing);
    const late = createSender('run-2');
    for (let exchange = 200; exchange < 207; exchange++) late.send(exchange);
    expect(arrivals.capture(late.send(207), 60_000).missed).toEqual({ exchanges: 7, parts: 0 });
  });

  it('says of an exchange which parts are missing, and leaves one out whose beginning is', () => {
    const arrivals = new Arrivals();
    const { send } = createSender();
    arrivals.capture(send(1), 0);
    send(1, 1);
    send(2);
    const third = arrivals.capture(send(1, 2), 0);
    expect(third.capture?.metadata.lostParts).toBe(1);
    expect(third.missed).toEqual({ exchanges: 1, parts: 1 });
    expect(arrivals.capture(send(2, 1), 0)).toEqual({ capture: null, missed: nothing });
  });

  it('makes up what was sent, with what is missing, whatever is lost or repeated on the way', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('lost', 'arrives', 'arrives twice')), (fates) => {
        const arrivals = new Arrivals();
        const { send, heartbeat } = createSender();
        arrivals.capture(send(-1), 0);
        let [shown, missed] = [0, 0];
        for (const [exchange, fate] of fates.entries()) {
          const document = send(exchange);
          for (let copies = { lost: 0, arrives: 1, 'arrives twice': 2 }[fate]!; copies > 0; copies--) {
            const arrival = arrivals.capture(document, 0);
            if (arrival.capture) shown++;
            missed += arrival.missed.exchanges;
          }
        }
        missed += arrivals.heartbeat(heartbeat(), 0).exchanges;
        expect(shown + missed).toBe(fates.length);
      }),
    );
  });
});
