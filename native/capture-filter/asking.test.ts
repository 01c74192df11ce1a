import { describe, expect, it } from 'vitest';
import { FilterHost } from '../../tests/support/filter-host.ts';

/** What the aggregator answers for a pod that is not to be captured. */
const unwanted = 403;

describe('a filter that has to ask', () => {
  it('captures nothing before it is answered, then at once', () => {
    const host = new FilterHost('ask=on', { autoAnswer: null });
    host.exchange();
    host.pass(250);
    expect(host.pending.map(({ batch }) => batch)).toMatchObject([{ capturing: false, exchangesSeen: 0, records: [] }]);
    host.exchange();
    host.pending[0]!.answer(200);
    host.autoAnswer = 200;
    host.exchange();
    host.pass(250);
    expect(host.latest).toMatchObject({ capturing: true, exchangesSeen: 1 });
    expect(host.records).toHaveLength(1);
  });

  it('sends nothing but heartbeats as long as its pod is not wanted', () => {
    const host = new FilterHost('ask=on;heartbeat=1000;diameter=all', { autoAnswer: unwanted });
    const sizes: number[] = [];
    for (let second = 0; second < 10; second++) {
      host.exchange('x'.repeat(100_000));
      host.autoAnswer = null;
      host.pass(1000);
      sizes.push(...host.pending.map(({ body }) => body.length));
      for (const call of [...host.pending]) call.answer(unwanted);
    }
    expect(sizes).toHaveLength(10);
    expect(Math.max(...sizes)).toBeLessThan(200);
    // It is wanted again, as the next heartbeat finds out.
    host.autoAnswer = 200;
    host.pass(1000);
    host.exchange();
    host.pass(250);
    expect(host.records).toHaveLength(1);
    expect(host.latest).toMatchObject({ capturing: true, exchangesSeen: 1, drops: [] });
  });

  it('is not stopped by a listener that comes with the configuration that it has, but asks again with a new one', () => {
    const host = new FilterHost('ask=on;gen=1');
    host.pass(250);
    const stream = host.http();
    stream.requestHeaders([[':path', '/open']], true);
    host.vm.configure('capture=on;ask=on;gen=1');
    stream.responseHeaders([[':status', '200']], true);
    stream.done();
    host.pass(250);
    expect(host.records).toMatchObject([{ final: true, reset: false }]);

    host.autoAnswer = null;
    host.exchange();
    host.pass(250);
    const [before] = host.pending;
    // The old configuration lives as long as it has a stream, and its calls are answered.
    const old = host.http();
    host.vm.configure('capture=on;ask=on;gen=2');
    before!.answer(200);
    host.exchange();
    host.pass(250);
    const [asking] = host.pending;
    expect(asking!.batch).toMatchObject({ capturing: false, exchangesSeen: 2, records: [] });
    asking!.answer(unwanted);
    host.exchange();
    host.pass(5000);
    expect(host.pending.map(({ batch }) => batch)).toMatchObject([{ capturing: false, exchangesSeen: 2, records: [] }]);
    old.done();
  });
});

describe('a filter whose pod is wanted no more', () => {
  it('ends what is open and is idle', () => {
    const host = new FilterHost('heartbeat=1000');
    const stream = host.http();
    stream.requestHeaders([[':path', '/open']], false);
    host.pass(1000);
    host.autoAnswer = unwanted;
    host.pass(1000);
    const { length } = host.batches;
    stream.responseHeaders([[':status', '200']], true);
    stream.done();
    host.exchange();
    host.pass(1000);
    expect(host.batches).toHaveLength(length);
    host.autoAnswer = 200;
    host.pass(1000);
    expect(host.latest.exchangesSeen).toBe(1);
    expect(host.vm.failure).toBeNull();
  });
});
