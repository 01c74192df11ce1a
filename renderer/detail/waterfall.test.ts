import { expect, it } from 'vitest';
import type { FlowRow } from '../../app/api/types.ts';
import { madeUpFlow } from '../../tests/support/made-up/flows.ts';
import { waterfallOf } from './waterfall.ts';

const call = (id: number, from: string, to: string, time: number, duration: number | null): FlowRow => {
  const flow = madeUpFlow(id);
  const at = (pod: string) => ({ ...flow.source, namespace: 'shop', pod });
  return { ...flow, source: at(from), destination: at(to), time, duration };
};
const shown = (rows: readonly FlowRow[]) =>
  waterfallOf(rows).map(({ row, depth, from, length }) => [row.id, depth, from, length]);

it('draws each call within the one that its caller was answering', () => {
  const shop = call(1, 'browser', 'frontend', 100, 100);
  const cart = call(2, 'frontend', 'cart', 110, 40);
  const store = call(3, 'cart', 'store', 120, 10);
  const mail = call(4, 'frontend', 'mail', 160, 20);
  expect(shown([mail, store, cart, shop])).toEqual([
    [1, 0, 0, 1],
    [2, 1, 0.1, 0.4],
    [3, 2, 0.2, 0.1],
    [4, 1, 0.6, 0.2],
  ]);
});

it('does not take what came after for a part', () => {
  const first = call(1, 'browser', 'frontend', 0, 10);
  expect(shown([first, call(2, 'frontend', 'cart', 50, 50)]).map(([id, depth]) => [id, depth])).toEqual([
    [1, 0],
    [2, 0],
  ]);
});

it('knows no end of a call that goes on, and draws a single instant', () => {
  expect(shown([call(1, 'a', 'b', 5, null), call(2, 'b', 'c', 5, 0)])).toEqual([
    [1, 0, 0, 0],
    [2, 1, 0, 0],
  ]);
});
