import fc from 'fast-check';
import { expect, it } from 'vitest';
import { flowSummary } from '../../tests/support/flow-arbitraries.ts';
import { createFlowIndex } from '../index/flow-index.ts';
import { calledService, relationsOf } from './relations.ts';

it('relates each flow at least to itself, whatever its values are', () => {
  fc.assert(
    fc.property(fc.array(flowSummary, { minLength: 1 }), (flows) => {
      const index = createFlowIndex({ now: () => 0, details: null });
      for (const flow of flows) index.add(flow);
      const [first] = flows;
      const service = calledService(first!);
      for (const { filter } of [...relationsOf(first!), ...(service ? [service] : [])]) {
        expect(index.query(filter, { column: 'id', descending: false }).locate(0), filter).toBe(0);
      }
    }),
  );
});

it('offers only what is known', () => {
  const flow = fc.sample(flowSummary, 1)[0]!;
  const bare = { ...flow, traceId: '', sessionId: '', requestId: 'a "quoted" id', stream: 7 };
  expect(relationsOf(bare)).toEqual([
    { title: 'Same x-request-id', filter: String.raw`flow.request_id == "a \"quoted\" id"` },
    { title: 'Same connection', filter: 'tcp.stream == 7' },
  ]);
});
