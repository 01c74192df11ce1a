import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FilterHost } from '../../tests/support/filter-host.ts';

describe('a batch', () => {
  it('is posted to the configured cluster', () => {
    const host = new FilterHost('cluster=outbound|9080||aggregator;path=/in;authority=aggregator:9080;timeout=700', {
      autoAnswer: null,
    });
    host.exchange();
    host.pass(250);
    expect(host.pending[0]).toMatchObject({ cluster: 'outbound|9080||aggregator', timeout: 700 });
    expect(host.pending[0]!.headers).toEqual([
      [':method', 'POST'],
      [':path', '/in'],
      [':authority', 'aggregator:9080'],
      ['content-type', 'application/x-packet-inspector-batch'],
    ]);
  });

  it('goes when it is full, without waiting for a tick', () => {
    const host = new FilterHost('batch=4096');
    for (let count = 0; count < 20; count++) host.exchange('x'.repeat(1000));
    expect(host.batches.length).toBeGreaterThan(3);
    expect(host.batches.every((batch) => batch.records.length >= 3)).toBe(true);
  });

  it('is a heartbeat when there is nothing to say', () => {
    const host = new FilterHost('heartbeat=1000');
    host.pass(5000);
    expect(host.batches.length).toBe(5);
    expect(host.batches.every(({ records, capturing }) => records.length === 0 && capturing)).toBe(true);
    expect(host.batches.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4]);
  });

  it.each([null, 429, 500, 503])('comes again with the same number after %s', (status) => {
    const host = new FilterHost('', { autoAnswer: null });
    host.exchange();
    host.pass(250);
    const { sequence } = host.pending[0]!.batch;
    host.pending[0]!.answer(status);
    host.exchange();
    host.pass(500);
    expect(host.pending).toHaveLength(0);
    host.pass(1000);
    expect(host.pending).toHaveLength(1);
    expect(host.pending[0]!.batch.sequence).toBe(sequence);
    host.autoAnswer = 200;
    host.pending[0]!.answer(200);
    host.pass(250);
    expect(host.records).toHaveLength(2);
    expect(host.latest.drops).toEqual([]);
  });

  it('that is refused for good is counted', () => {
    const host = new FilterHost('', { autoAnswer: 400 });
    host.exchange();
    host.exchange();
    host.pass(250);
    host.autoAnswer = 200;
    host.exchange();
    host.pass(250);
    expect(host.latest.exchangesSeen).toBe(3);
    expect(host.dropped('exchange', 'refused by the aggregator')).toBe(2);
    expect(host.records).toHaveLength(1);
  });

  it('says below which number all are settled', () => {
    const host = new FilterHost('', { autoAnswer: null });
    for (let count = 0; count < 3; count++) {
      host.exchange();
      host.pass(250);
    }
    expect(host.pending.map(({ batch }) => [batch.sequence, batch.settled])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
    ]);
    for (const call of host.pending.slice(0, 2)) call.answer(200);
    host.exchange();
    host.pass(250);
    expect(host.pending.map(({ batch }) => [batch.sequence, batch.settled])).toEqual([
      [2, 0],
      [3, 2],
    ]);
  });
});

describe('a receiver', () => {
  it('that is slow gets no more batches at once than the limit', () => {
    const host = new FilterHost('inflight=3', { autoAnswer: null });
    for (let count = 0; count < 10; count++) {
      host.exchange();
      host.pass(250);
    }
    expect(host.pending).toHaveLength(3);
    host.autoAnswer = 200;
    for (const call of [...host.pending]) call.answer(200);
    host.pass(250);
    expect(host.records).toHaveLength(10);
  });

  it('that does not exist costs nothing but captures', () => {
    const host = new FilterHost('memory=262144');
    host.clusterMissing = true;
    for (let count = 0; count < 5000; count++) {
      host.exchange();
      if (count % 100 === 0) host.pass(250);
    }
    expect(host.vm.failure).toBeNull();
    expect(host.vm.memory.size).toBeLessThan(2 << 20);
    host.clusterMissing = false;
    host.pass(2000);
    expect(host.latest.exchangesSeen).toBe(5000);
    expect(host.records.length).toBeGreaterThan(100);
    expect(host.records.length + host.dropped('exchange', 'memory budget')).toBe(5000);
  });
});

describe('under memory pressure', () => {
  it('bodies go before headers, and what went is counted', () => {
    const host = new FilterHost('memory=1000000', { autoAnswer: null });
    host.pass(250);
    for (const call of [...host.pending]) call.answer(503);
    const body = 'x'.repeat(20_000);
    for (let count = 0; count < 100; count++) host.exchange(body, body);
    host.autoAnswer = 200;
    host.pass(3000);
    expect(host.records).toHaveLength(100);
    const data = host.records.flatMap(({ events }) => events).filter((event) => event.kind === 'data');
    expect(data.every(({ length }) => length === 20_000)).toBe(true);
    const missing = data.reduce((sum, { bytes, length }) => sum + length - bytes.length, 0);
    expect(missing).toBeGreaterThan(2_000_000);
    expect(host.dropped('body', 'memory budget')).toBe(missing);
    expect(host.dropped('exchange')).toBe(0);
  });
});

describe('the switch', () => {
  it('set to off stops new requests and ends open ones as far as they came', () => {
    const host = new FilterHost();
    const stream = host.http();
    stream.requestHeaders([[':path', '/open']], true);
    host.vm.configure('capture=off;gen=2');
    stream.responseHeaders([[':status', '200']], true);
    stream.done();
    host.exchange();
    host.pass(250);
    expect(host.records).toMatchObject([{ stream: 1, final: true, reset: true }]);
    expect(host.latest).toMatchObject({ exchangesSeen: 1, capturing: false });
    host.vm.configure('capture=on;gen=3');
    host.exchange();
    host.pass(250);
    expect(host.latest).toMatchObject({ exchangesSeen: 2, capturing: true });
    expect(host.records).toHaveLength(2);
  });

  it('keeps what was on its way when the old configuration goes', () => {
    const host = new FilterHost('', { autoAnswer: null });
    host.exchange();
    host.pass(250);
    const [call] = host.pending.splice(0);
    host.vm.configure('capture=on;gen=2');
    // The proxy has forgotten the call: its answer reaches nobody, though the receiver took it.
    call!.answer(200);
    host.autoAnswer = 200;
    host.pass(250);
    expect(host.latest.settled).toBe(0);
    host.exchange();
    host.pass(250);
    expect(host.latest.settled).toBeGreaterThan(call!.batch.sequence);
    expect(host.records).toHaveLength(2);
    expect(host.latest.exchangesSeen).toBe(2);
  });

  it('takes defaults for values that make no sense, and ignores keys that it does not know', () => {
    const host = new FilterHost('tick=banana;body=-1;inflight=0;memory=5;what=ever;;=;capture=maybe;tick=99999999999');
    expect(host.vm.tickPeriod).toBe(250);
    host.exchange('x'.repeat(70_000));
    host.pass(250);
    const [data] = host.records[0]!.events.filter((event) => event.kind === 'data');
    expect(data).toMatchObject({ length: 70_000 });
    expect(data!.bytes.length).toBe(65_536);
  });
});

describe('the account', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('exchange' as const), size: fc.nat(9000) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('open' as const) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('close' as const) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), time: fc.nat(3000) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('answer' as const),
        status: fc.constantFrom(200, 200, 200, null, 503, 400, 403),
        which: fc.nat(20),
        reached: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('configure' as const), on: fc.boolean(), asks: fc.boolean() }),
    },
  );

  it('is exact whatever the receiver does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const host = new FilterHost('memory=262144;batch=4096;inflight=3', { autoAnswer: null });
        const open: ReturnType<FilterHost['http']>[] = [];
        let generation = 1;
        for (const now of steps) {
          if (now.kind === 'exchange') host.exchange('x'.repeat(now.size));
          else if (now.kind === 'pass') host.pass(now.time);
          else if (now.kind === 'open') {
            const stream = host.http();
            stream.requestHeaders([[':path', '/']], false);
            open.push(stream);
          } else if (now.kind === 'close') {
            const stream = open.shift();
            stream?.responseHeaders([[':status', '200']], true);
            stream?.done();
          } else if (now.kind === 'configure') {
            const pending = host.pending.splice(0);
            host.vm.configure(
              `capture=${now.on ? 'on' : 'off'};ask=${now.asks ? 'on' : 'off'};memory=262144;batch=4096;inflight=3;gen=${++generation}`,
            );
            // Calls of a root that is gone are not answered; those of one that still has streams are, later.
            if (open.length > 0) host.pending.push(...pending);
            else for (const call of pending) if (generation % 2) host.take(call.batch);
          } else {
            const call = host.pending[now.which % Math.max(1, host.pending.length)];
            // The answer may be lost although the batch was taken.
            if (call && now.status === null && now.reached) host.take(call.batch);
            call?.answer(now.status);
          }
        }
        for (const stream of open) stream.done();
        host.autoAnswer = 200;
        for (let rounds = 0; rounds < 10; rounds++) {
          for (const call of [...host.pending]) call.answer(200);
          host.pass(2000);
        }
        host.pass(5000);
        const delivered = host.records.filter(({ final }) => final).length;
        expect(host.vm.failure).toBeNull();
        expect(delivered + host.dropped('exchange')).toBe(host.latest.exchangesSeen);
        expectPartsInOrder(host);
      }),
      { numRuns: 300 },
    );
  });
});

/** Each stream's parts came one after the other, holes only where parts were refused. */
function expectPartsInOrder(host: FilterHost): void {
  const last = new Map<number, number>();
  let holes = 0;
  for (const { stream, part } of host.records) {
    const expected = (last.get(stream) ?? -1) + 1;
    expect(part).toBeGreaterThanOrEqual(expected);
    holes += part - expected;
    last.set(stream, part);
  }
  expect(holes).toBeLessThanOrEqual(host.dropped('part'));
}
