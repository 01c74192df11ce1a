import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FilterHost } from '../../tests/support/filter-host.ts';

/** A message with one AVP (Origin-Host, 264) and `padding` bytes of a second. */
function message(hopByHop: number, isRequest: boolean, padding = 0): Uint8Array {
  const second = padding === 0 ? 0 : 8 + padding;
  const bytes = new Uint8Array(20 + 16 + second);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x01000000 | bytes.length);
  view.setUint32(4, (isRequest ? 0xc0000000 : 0x40000000) | 272);
  view.setUint32(8, 4);
  view.setUint32(12, hopByHop);
  view.setUint32(16, hopByHop);
  view.setUint32(20, 264);
  view.setUint32(24, 0x40000000 | 16);
  bytes.set(new TextEncoder().encode('peer.org'), 28);
  if (second > 0) {
    view.setUint32(36, 263);
    view.setUint32(40, 0x40000000 | second);
    // A body that looks like headers must not be taken for them.
    for (let at = 44; at + 4 <= bytes.length; at += 4) view.setUint32(at, 0x01000014);
  }
  return bytes;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function messagesOf(host: FilterHost) {
  return host.records.flatMap(({ events }) => events).filter((event) => event.kind === 'message');
}

describe('a Diameter connection', () => {
  it('gives a record for each message, from either end', () => {
    const host = new FilterHost();
    const connection = host.tcp();
    connection.downstreamData(message(1, true), false);
    host.time += 5n;
    connection.upstreamData(join([message(1, false), message(900, true)]), false);
    connection.downstreamData(message(900, false), false);
    connection.close();
    host.pass(250);
    expect(host.records).toMatchObject([
      {
        mode: 'diameter',
        stream: 1,
        part: 0,
        final: false,
        connection: { protocol: 'diameter', role: 'producer', destination: { address: '10.0.0.7', port: 3868 } },
        upstream: { address: '127.0.0.1', port: 3868 },
        events: [{ kind: 'message', side: 'request', from: 'source', bytes: message(1, true) }],
      },
      { part: 1, events: [{ side: 'answer', from: 'destination', time: host.time - 250_000_000n }] },
      { part: 2, events: [{ side: 'request', from: 'destination' }] },
      { part: 3, events: [{ side: 'answer', from: 'source' }] },
      { part: 4, final: true, events: [] },
    ]);
    expect(host.latest).toMatchObject({ messagesSeen: 4, exchangesSeen: 0, drops: [] });
  });

  it('is split the same wherever the bytes are cut', () => {
    const messages = [message(1, true, 40), message(2, true), message(3, true, 8)];
    const whole = join(messages);
    for (let cut = 1; cut < whole.length; cut++) {
      const host = new FilterHost();
      const connection = host.tcp();
      connection.downstreamData(whole.subarray(0, cut), false);
      connection.downstreamData(whole.subarray(cut), false);
      connection.close();
      host.pass(250);
      expect(messagesOf(host).map(({ bytes }) => bytes)).toEqual(messages);
    }
  });

  it('is split the same however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.nat(30).map((words) => words * 4),
          { minLength: 1, maxLength: 12 },
        ),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
        (paddings, cuts) => {
          const messages = paddings.map((padding, index) => message(index, index % 2 === 0, padding));
          const whole = join(messages);
          const host = new FilterHost();
          const connection = host.tcp();
          for (let at = 0, turn = 0; at < whole.length; turn++) {
            const size = cuts[turn % cuts.length]!;
            connection.upstreamData(whole.subarray(at, at + size), false);
            at += size;
          }
          connection.close();
          host.pass(250);
          expect(messagesOf(host).map(({ bytes }) => bytes)).toEqual(messages);
          expect(host.latest.messagesSeen).toBe(messages.length);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('that was open before is read from the next message on, wherever that begins', () => {
    const known = [message(2, true), message(3, true, 12)];
    const broken = message(1, true, 80);
    for (let cut = 0; cut < broken.length; cut++) {
      const host = new FilterHost();
      host.vm.configure('capture=off;gen=2');
      const connection = host.tcp();
      connection.downstreamData(broken.subarray(0, cut), false);
      host.vm.configure('capture=on;gen=3');
      connection.downstreamData(broken.subarray(cut), false);
      for (const next of known) connection.downstreamData(next, false);
      connection.close();
      host.pass(250);
      const found = messagesOf(host).map(({ bytes }) => bytes);
      expect(found).toEqual(cut === 0 ? [broken, ...known] : known);
    }
  });

  it('keeps a large message to the limit and finds the next one', () => {
    const host = new FilterHost('body=100');
    const connection = host.tcp();
    const large = message(1, true, 60_000);
    connection.downstreamData(join([large, message(2, true)]), false);
    connection.close();
    host.pass(250);
    expect(messagesOf(host)).toMatchObject([
      { bytes: large.subarray(0, 100), length: large.length },
      { bytes: message(2, true), length: 36 },
    ]);
  });

  it('that ends in a message counts it', () => {
    const host = new FilterHost();
    const connection = host.tcp();
    connection.downstreamData(join([message(1, true), message(2, true).subarray(0, 25)]), true);
    connection.close();
    host.pass(250);
    expect(host.latest.messagesSeen).toBe(2);
    expect(messagesOf(host)).toHaveLength(1);
    expect(host.dropped('message', 'incomplete')).toBe(1);
  });

  it('that is not Diameter is left alone: counted on a known port, on all ports not', () => {
    const noise = new Uint8Array(100_000).fill(0x20);
    const known = new FilterHost('diameter=3868,3869');
    for (const port of [3869, 5432]) {
      const connection = known.tcp(port);
      connection.downstreamData(noise, false);
      connection.close();
    }
    known.pass(250);
    expect(known.dropped('message', 'not Diameter')).toBe(1);
    expect(known.latest.messagesSeen).toBe(1);

    const all = new FilterHost('diameter=all');
    const other = all.tcp(5432);
    other.downstreamData(noise, false);
    const diameter = all.tcp(9999);
    diameter.downstreamData(message(1, true), false);
    all.pass(250);
    expect(all.records).toHaveLength(1);
    expect(all.latest.drops).toEqual([]);
  });

  it('that loses its boundary finds it again', () => {
    const host = new FilterHost();
    const connection = host.tcp();
    connection.downstreamData(message(1, true), false);
    connection.downstreamData(new Uint8Array(50).fill(7), false);
    connection.downstreamData(join([message(2, true), message(3, true)]), false);
    connection.close();
    host.pass(250);
    expect(messagesOf(host).map(({ bytes }) => bytes)).toEqual([message(1, true), message(2, true), message(3, true)]);
    expect(host.latest.messagesSeen).toBe(4);
    expect(host.dropped('message', 'not Diameter')).toBe(1);
  });

  it('drops messages when there is no room, and counts each', () => {
    const host = new FilterHost('memory=262144');
    host.clusterMissing = true;
    const connection = host.tcp();
    for (let count = 0; count < 3000; count++) connection.downstreamData(message(count, true, 400), false);
    host.clusterMissing = false;
    connection.close();
    host.pass(3000);
    host.pass(5000);
    expect(host.vm.failure).toBeNull();
    expect(host.latest.messagesSeen).toBe(3000);
    expect(messagesOf(host).length).toBeGreaterThan(100);
    expect(messagesOf(host).length + host.dropped('message', 'memory budget')).toBe(3000);
  });
});
