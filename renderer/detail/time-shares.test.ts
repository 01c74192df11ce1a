import { expect, test } from 'vitest';
import type { FlowDetail } from '../../app/api/types.ts';
import { madeUpDetail } from '../../tests/support/made-up/detail.ts';
import { clockDifference, timeShares } from './time-shares.ts';

const seenByBoth = madeUpDetail(0);

test('the mesh has what the consumer waited beyond what the producer took', () => {
  const [whole, mesh, inside, first, rest] = timeShares(seenByBoth);
  const waited = seenByBoth.row.duration!;
  expect(whole).toMatchObject({ label: 'consumer waited', from: 0, length: 1 });
  expect(mesh!.length).toBeCloseTo(0.2);
  expect(inside!.length).toBeCloseTo(0.8);
  expect(inside!.from).toBeCloseTo(0.1);
  expect(first!.length + rest!.length).toBeCloseTo(0.8);
  expect(waited).toBeGreaterThan(0);
});

test('clocks that differ change no share', () => {
  const shifted: FlowDetail = {
    ...seenByBoth,
    observations: seenByBoth.observations.map((seen) =>
      seen.vantage === 'producer'
        ? {
            ...seen,
            requestStart: seen.requestStart! + 3_600_000,
            answerStart: seen.answerStart! + 3_600_000,
            answerEnd: seen.answerEnd! + 3_600_000,
          }
        : seen,
    ),
  };
  const rounded = (detail: FlowDetail) => timeShares(detail).map(({ length }) => length.toFixed(4));
  expect(rounded(shifted)).toEqual(rounded(seenByBoth));
  expect(clockDifference(shifted)! - clockDifference(seenByBoth)!).toBeCloseTo(3_600_000, 3);
});

test('without the producer nothing is claimed about the network', () => {
  const alone: FlowDetail = { ...seenByBoth, observations: seenByBoth.observations.slice(0, 1) };
  expect(timeShares(alone).map(({ kind, text }) => [kind, text])).toEqual([
    ['whole', expect.any(String)],
    ['failed', 'not told apart'],
    ['unknown', 'not seen'],
  ]);
  expect(clockDifference(alone)).toBeNull();
});

test('a call that goes on has no length yet', () => {
  const open = madeUpDetail(3);
  expect(open.row.state).toBe('open');
  expect(timeShares(open)[0]).toMatchObject({ kind: 'unknown', text: 'still open' });
});
