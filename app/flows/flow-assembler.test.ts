import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CallSpec,
  completeHttpExchange,
  openHttpExchange,
  podNamed,
  testEpoch,
} from '../../tests/support/exchanges.ts';
import type { FlowSummary } from '../model/flow.ts';
import { createAddressBook } from './address-book.ts';
import { FlowAssembler } from './flow-assembler.ts';
import type { FlowExchanges } from './flow-sink.ts';

const names = { commandAbbreviation: String, applicationName: String };

function assemblerWithRows(maximumWaiting = 1000) {
  const rows = new Map<number, { summary: FlowSummary; exchanges: FlowExchanges }>();
  let next = 0;
  const assembler = new FlowAssembler({
    book: createAddressBook(),
    names,
    maximumWaiting,
    sink: {
      add(summary, exchanges) {
        rows.set(next, { summary, exchanges });
        return next++;
      },
      update: (id, summary, exchanges) => void rows.set(id, { summary, exchanges }),
      remove: (id) => void rows.delete(id),
    },
  });
  return { assembler, rows };
}

/** Runs the calls through an assembler; `steps` says whose turn it is: first time opens, second time closes. */
function run(specs: readonly CallSpec[], steps: readonly number[], flushEach = true) {
  const { assembler, rows } = assemblerWithRows();
  const opened = new Map<number, ReturnType<typeof openHttpExchange>>();
  for (const step of steps) {
    const spec = specs[step]!;
    const exchange = opened.get(step);
    if (exchange === undefined) {
      const fresh = openHttpExchange(spec);
      opened.set(step, fresh);
      assembler.open(fresh);
    } else {
      assembler.close(completeHttpExchange(exchange, spec));
    }
    if (flushEach) assembler.flush();
  }
  assembler.flush();
  return [...rows.values()];
}

const inOrder = (specs: readonly CallSpec[]) => specs.flatMap((_, index) => [index, index]);

describe('FlowAssembler', () => {
  it('shows a call at the first observation and joins the second into the same row', () => {
    const { assembler, rows } = assemblerWithRows();
    const producer: CallSpec = { number: 0, role: 'producer', requestId: 'a', start: 1, end: 4 };
    const consumer: CallSpec = { number: 1, role: 'consumer', requestId: 'a', start: 0, end: 6 };
    const seenFirst = openHttpExchange(producer);
    assembler.open(seenFirst);
    assembler.flush();
    expect(rows.get(0)!.summary).toMatchObject({ vantage: 'producer', state: 'open', duration: null });
    assembler.close(completeHttpExchange(seenFirst, producer));
    assembler.flush();
    expect(rows.get(0)!.summary).toMatchObject({ vantage: 'producer', state: 'complete', duration: 3 });
    const seenSecond = openHttpExchange(consumer);
    assembler.open(seenSecond);
    assembler.close(completeHttpExchange(seenSecond, consumer));
    assembler.flush();
    expect(rows.size).toBe(1);
    expect(rows.get(0)!.summary).toMatchObject({
      vantage: 'both',
      time: testEpoch,
      duration: 6,
      source: { pod: 'frontend-0', address: '10.0.0.1' },
      destination: { pod: 'catalog-0', address: '10.0.0.2', port: 8080 },
      requestId: 'a',
    });
    expect(rows.get(0)!.exchanges).toEqual({ consumer: 1, producer: 0, wire: -1 });
  });

  it('joins the last attempt with the call and keeps the attempts before it', () => {
    const attempt = (number: number, count: string, status: number, start: number): CallSpec => ({
      number,
      role: 'producer',
      requestId: 'r',
      headers: { 'x-envoy-attempt-count': count },
      status,
      start,
      end: start + 5,
    });
    const specs = [
      attempt(0, '1', 503, 1),
      attempt(1, '2', 200, 20),
      { number: 2, role: 'consumer', requestId: 'r', start: 0, end: 27 } as const,
    ];
    const rows = run(specs, inOrder(specs));
    expect(rows.map(({ summary, exchanges }) => [summary.vantage, summary.status?.code, exchanges.producer])).toEqual([
      ['producer', 503, 0],
      ['both', 200, 1],
    ]);
  });

  it('parts the hops of a chain that passes its request id on', () => {
    const a = { pod: podNamed('a'), endpoint: { address: '10.0.0.10', port: 1000 } };
    const b = { pod: podNamed('b'), endpoint: { address: '10.0.0.11', port: 8080 } };
    const c = { pod: podNamed('c'), endpoint: { address: '10.0.0.12', port: 8080 } };
    const specs: CallSpec[] = [
      { number: 0, role: 'consumer', consumer: a, producer: b, requestId: 'x', start: 0, end: 20 },
      { number: 1, role: 'producer', consumer: a, producer: b, requestId: 'x', start: 1, end: 19 },
      { number: 2, role: 'consumer', consumer: b, producer: c, requestId: 'x', start: 5, end: 15 },
      { number: 3, role: 'producer', consumer: b, producer: c, requestId: 'x', start: 6, end: 14 },
    ];
    const rows = run(specs, [0, 1, 2, 3, 3, 2, 1, 0]);
    expect(rows.map(({ summary }) => [summary.source.service, summary.destination.service, summary.vantage])).toEqual([
      ['a', 'b', 'both'],
      ['b', 'c', 'both'],
    ]);
  });

  it('does not join a call that the proxy answered by itself', () => {
    const specs: CallSpec[] = [
      {
        number: 0,
        role: 'consumer',
        requestId: 'x',
        upstream: null,
        status: 503,
        capture: { responseCodeDetails: 'no_healthy_upstream' },
      },
      { number: 1, role: 'producer', requestId: 'x' },
    ];
    expect(run(specs, inOrder(specs)).map((row) => row.summary.vantage)).toEqual(['consumer', 'producer']);
  });

  it('names the side that was not seen once its address is learnt', () => {
    const { assembler, rows } = assemblerWithRows();
    const first: CallSpec = { number: 0, role: 'consumer', requestId: 'p' };
    const exchange = openHttpExchange(first);
    assembler.open(exchange);
    assembler.close(completeHttpExchange(exchange, first));
    assembler.flush();
    expect(rows.get(0)!.summary.destination).toMatchObject({ pod: '', service: 'catalog', namespace: 'shop' });
    assembler.open(openHttpExchange({ number: 1, role: 'producer', requestId: 'q' }));
    assembler.flush();
    expect(rows.get(0)!.summary.destination).toMatchObject({ pod: 'catalog-0' });
  });

  it('lets go the oldest when too many wait', () => {
    const { assembler, rows } = assemblerWithRows(2);
    const see = (spec: CallSpec) => {
      const exchange = openHttpExchange(spec);
      assembler.open(exchange);
      assembler.close(completeHttpExchange(exchange, spec));
      assembler.flush();
    };
    for (let number = 0; number < 3; number++) see({ number, role: 'consumer', requestId: `id-${number}` });
    see({ number: 3, role: 'producer', requestId: 'id-0' });
    see({ number: 4, role: 'producer', requestId: 'id-2' });
    expect([...rows.values()].map((row) => row.summary.vantage)).toEqual(['consumer', 'consumer', 'both', 'producer']);
  });

  it('makes the same flows of any interleaving', () => {
    const peers = [1, 2, 3].map((n) => ({ pod: podNamed(`s${n}`), endpoint: { address: `10.1.0.${n}`, port: 8080 } }));
    const spec = fc.record({
      role: fc.constantFrom('consumer' as const, 'producer' as const),
      consumer: fc.constantFrom(...peers),
      producer: fc.constantFrom(...peers),
      requestId: fc.constantFrom('a', 'b'),
      target: fc.constantFrom('/x', '/y'),
      status: fc.constantFrom(200, 503),
      start: fc.integer({ min: 0, max: 20 }),
      length: fc.integer({ min: 1, max: 20 }),
    });
    const scenario = fc.array(spec, { minLength: 1, maxLength: 7 }).chain((drawn) => {
      const specs: CallSpec[] = drawn.map(({ length, ...rest }, number) => ({
        ...rest,
        number,
        end: rest.start + length,
      }));
      const steps = inOrder(specs);
      const shuffled = fc.shuffledSubarray(steps, { minLength: steps.length, maxLength: steps.length });
      return fc.tuple(fc.constant(specs), shuffled, fc.boolean());
    });
    const canonical = (rows: ReturnType<typeof run>) =>
      rows.map((row) => JSON.stringify(row)).sort((a, b) => (a < b ? -1 : 1));
    fc.assert(
      fc.property(scenario, ([specs, steps, flushEach]) => {
        expect(canonical(run(specs, steps, flushEach))).toEqual(canonical(run(specs, inOrder(specs))));
      }),
      { numRuns: 500 },
    );
  });
});
