import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterNode, flowSummary } from '../../tests/support/flow-arbitraries.ts';
import { matchesNaively } from '../../tests/support/naive-filter.ts';
import { type Order, orderColumns } from '../api/types.ts';
import { InvalidFilter } from '../filter/invalid-filter.ts';
import { printFilter } from '../filter/print.ts';
import type { FlowSummary } from '../model/flow.ts';
import { createFlowIndex } from './flow-index.ts';

const BY_ID: Order = { column: 'id', descending: false };
function emptyIndex() {
  return createFlowIndex({ now: () => 0, details: null });
}

describe('the flow index', () => {
  it('gives back every flow as it was written last', () => {
    fc.assert(
      fc.property(fc.array(flowSummary, { minLength: 1 }), flowSummary, (flows, changed) => {
        const index = emptyIndex();
        for (const [id, flow] of flows.entries()) expect(index.add(flow)).toBe(id);
        index.update(0, changed);
        const expected = [changed, ...flows.slice(1)].map((flow, id) => ({ ...flow, id }));
        expect(expected.map((_, id) => index.get(id))).toEqual(expected);
        expect(index.total).toBe(flows.length);
        expect(index.open).toBe(expected.filter((flow) => flow.state === 'open').length);
      }),
    );
  });

  it('finds the flows that a plain evaluation finds', () => {
    fc.assert(
      fc.property(filterNode, fc.array(flowSummary, { maxLength: 30 }), (node, flows) => {
        const index = emptyIndex();
        for (const flow of flows) index.add(flow);
        const expected = flows.flatMap((flow, id) => (matchesNaively(node, flow) ? [id] : []));
        expect(index.query(printFilter(node), BY_ID).ids(0, flows.length)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps a list as a fresh one would be, whatever is added and changed between', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), flow: flowSummary }),
      fc.record({ kind: fc.constant('update' as const), flow: flowSummary, id: fc.nat() }),
      fc.record({ kind: fc.constant('remove' as const), id: fc.nat() }),
      fc.record({ kind: fc.constant('look' as const) }),
    );
    const order = fc.record({ column: fc.constantFrom(...orderColumns), descending: fc.boolean() });
    fc.assert(
      fc.property(filterNode, order, fc.array(step, { maxLength: 60 }), (node, wanted, steps) => {
        const index = emptyIndex();
        const flows: FlowSummary[] = [];
        const gone = new Set<number>();
        const filter = printFilter(node);
        for (const each of [...steps, { kind: 'look' as const }]) {
          if (each.kind === 'add') flows[index.add(each.flow)] = each.flow;
          if (each.kind === 'update' && flows.length > 0) {
            const id = each.id % flows.length;
            flows[id] = each.flow;
            index.update(id, each.flow);
          }
          if (each.kind === 'remove' && flows.length > 0) {
            gone.add(each.id % flows.length);
            index.remove(each.id % flows.length);
          }
          if (each.kind === 'look') {
            const fresh = emptyIndex();
            for (const flow of flows) fresh.add(flow);
            for (const id of gone) fresh.remove(id);
            const kept = index.query(filter, wanted);
            expect(kept.ids(0, flows.length)).toEqual(fresh.query(filter, wanted).ids(0, flows.length));
            for (const [place, id] of kept.ids(0, flows.length).entries()) expect(kept.locate(id)).toBe(place);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes a removed flow out of lists and counts, those made before and those made after', () => {
    fc.assert(
      fc.property(fc.array(flowSummary, { minLength: 1 }), fc.nat(), (flows, chosen) => {
        const index = emptyIndex();
        for (const flow of flows) index.add(flow);
        const gone = chosen % flows.length;
        const before = index.query('', BY_ID).matching;
        index.remove(gone);
        index.remove(gone);
        const kept = flows.map((_, id) => id).filter((id) => id !== gone);
        expect(before).toBe(flows.length);
        expect(index.query('', BY_ID).ids(0, flows.length)).toEqual(kept);
        expect(index.query('', { column: 'time', descending: true }).matching).toBe(kept.length);
        expect(index.total).toBe(kept.length);
        expect(index.open).toBe(kept.filter((id) => flows[id]!.state === 'open').length);
        expect(() => index.get(gone)).toThrow(RangeError);
        const methods = kept.filter((id) => flows[id]!.method !== '').length;
        expect(index.values('flow.method', '', 10).reduce((sum, { count }) => sum + count, 0)).toBe(methods);
        expect(index.overview('', 3).buckets.reduce((sum, { count }) => sum + count, 0)).toBe(kept.length);
        expect(index.count('tcp.stream >= 0')).toBe(kept.length);
      }),
    );
  });

  it('orders by what the list shows, and by arrival where that is equal', () => {
    const value: Record<string, (flow: FlowSummary) => number | string> = {
      time: (flow) => flow.time,
      duration: (flow) => flow.duration ?? Number.POSITIVE_INFINITY,
      protocol: (flow) => flow.protocol,
      method: (flow) => flow.method,
      size: (flow) => flow.requestSize + flow.answerSize,
    };
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(value)), fc.array(flowSummary), (column, flows) => {
        const index = emptyIndex();
        for (const flow of flows) index.add(flow);
        const read = (id: number) => value[column]!(flows[id]!);
        const expected = [...flows.keys()].sort((left, right) =>
          read(left) < read(right) ? -1 : read(left) > read(right) ? 1 : left - right,
        );
        const order = { column: column as Order['column'], descending: false };
        expect(index.query('', order).ids(0, flows.length)).toEqual(expected);
        expect(index.query('', { ...order, descending: true }).ids(0, flows.length)).toEqual(expected.reverse());
      }),
    );
  });

  it('counts values as a plain count does', () => {
    fc.assert(
      fc.property(fc.array(flowSummary), (flows) => {
        const index = emptyIndex();
        for (const flow of flows) index.add(flow);
        const counted = Object.fromEntries(
          index.values('k8s.pod', 'CART', 10).map(({ value, count }) => [value, count]),
        );
        for (const pod of ['cart-1', 'cart-2', 'web-1']) {
          const ends = flows.flatMap((flow) => [flow.source.pod, flow.destination.pod]);
          const count = ends.filter((name) => name === pod).length;
          expect(counted[pod]).toBe(pod === 'web-1' || count === 0 ? undefined : count);
        }
      }),
    );
  });

  it('puts every matching flow in one bucket of the overview', () => {
    fc.assert(
      fc.property(fc.array(flowSummary, { minLength: 1 }), fc.integer({ min: 1, max: 20 }), (flows, buckets) => {
        const index = emptyIndex();
        for (const flow of flows) index.add(flow);
        const overview = index.overview('http', buckets);
        const matching = flows.filter((flow) => flow.protocol !== 'Diameter');
        const times = flows.map((flow) => flow.time);
        expect([overview.from, overview.to]).toEqual([Math.min(...times), Math.max(...times)]);
        expect(overview.buckets).toHaveLength(buckets);
        const sums = overview.buckets.reduce(
          (sum, each) => [sum[0]! + each.count, sum[1]! + each.errors, sum[2]! + each.lost],
          [0, 0, 0],
        );
        expect(sums).toEqual([
          matching.length,
          matching.filter((flow) => flow.status?.error).length,
          matching.filter((flow) => flow.lossy).length,
        ]);
      }),
    );
  });

  it('counts what matches, and follows changes', () => {
    fc.assert(
      fc.property(fc.array(flowSummary, { minLength: 1 }), flowSummary, (flows, changed) => {
        const index = emptyIndex();
        for (const flow of flows) index.add(flow);
        const errors = (list: readonly FlowSummary[]) => list.filter((flow) => flow.status?.error).length;
        expect(index.count('flow.error')).toBe(errors(flows));
        index.update(0, changed);
        expect(index.count('flow.error')).toBe(errors([changed, ...flows.slice(1)]));
      }),
    );
  });

  it('refuses filters and ids that do not exist', () => {
    const index = emptyIndex();
    expect(() => index.query('http.hots == "x"', BY_ID)).toThrow(InvalidFilter);
    expect(() => index.values('http.hots', '', 5)).toThrow(InvalidFilter);
    expect(() => index.get(0)).toThrow(RangeError);
    expect(() => index.update(-1, {} as FlowSummary)).toThrow(RangeError);
  });
});

describe('filters on the stored detail', () => {
  it('are evaluated in slices', () => {
    const flows = fc.sample(flowSummary, { numRuns: 100, seed: 7 });
    const asked: number[] = [];
    const index = createFlowIndex({
      now: () => 0,
      details: {
        diameter: () => [],
        http: () => null,
        bodies: () => [],
        headers(id, side) {
          asked.push(id);
          return side === 'request' && id % 2 === 0 ? [{ name: 'X-Tenant', value: `tenant-${id}` }] : [];
        },
      },
    });
    for (const flow of flows) index.add(flow);
    const view = index.query('http.header["x-tenant"] matches "^TENANT-[0-9]*8$"', {
      column: 'time',
      descending: false,
    });
    expect([view.cost, view.matching, view.pending]).toEqual(['detail', 0, 100]);
    expect(view.advance(30)).toBe(70);
    expect(Math.max(...asked)).toBe(29);
    expect(view.ids(0, 100).sort((left, right) => left - right)).toEqual([8, 18, 28]);
    while (view.advance(30) > 0);
    expect(view.matching).toBe(10);
    const counted = index.overview('http.header["x-tenant"] matches "^TENANT-[0-9]*8$"', 4);
    expect(counted.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(10);
    expect(index.count('http.header["x-tenant"]')).toBeNull();
  });
});
