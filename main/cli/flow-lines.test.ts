import { expect, it } from 'vitest';
import { madeUpFlow } from '../../tests/support/made-up/flows.ts';
import { textLine } from './flow-lines.ts';

it('prints a flow whatever time a damaged capture gives it', () => {
  const row = madeUpFlow(1);
  expect(textLine({ ...row, time: Date.UTC(2026, 10, 22) })).toMatch(/^2026-11-22T00:00:00\.000Z {2}/);
  expect(textLine({ ...row, time: 1.8e16 })).toMatch(/^unknown time {2}/);
});
