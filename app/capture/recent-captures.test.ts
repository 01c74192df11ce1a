import { expect, it } from 'vitest';
import { RecentCaptures } from './recent-captures.ts';

it('takes each part of a capture once, as long as it is remembered', () => {
  const recent = new RecentCaptures();
  expect([0, 1, 0, 1, 2, 2].map((part) => recent.take('a', part))).toEqual([true, true, false, false, true, false]);
  for (let other = 0; other < 50_000; other++) recent.take(`b${other}`, 0);
  expect(recent.take('a', 1)).toBe(false);
  for (let other = 0; other < 100_000; other++) recent.take(`c${other}`, 0);
  expect(recent.take('a', 0)).toBe(true);
});
