import { expect, test } from 'vitest';
import { madeUpFlow } from '../../tests/support/made-up/flows.ts';
import { pageSize, pagesAround, WindowCache } from './window-cache.ts';

function rows(offset: number, count: number) {
  return Array.from({ length: count }, (_, at) => madeUpFlow(offset + at));
}

test('requests are whole pages', () => {
  expect(pagesAround(-16, 40)).toEqual({ offset: 0, limit: 64 });
  expect(pagesAround(63, 64)).toEqual({ offset: 0, limit: 128 });
  expect(pagesAround(1_000_000, 1_000_000)).toEqual({ offset: 1_000_000, limit: 64 });
});

test('rows are found by position and by flow', () => {
  const cache = new WindowCache();
  cache.put(128, rows(128, 100), 1);
  expect(cache.rowAt(128)?.id).toBe(128);
  expect(cache.rowAt(227)?.id).toBe(227);
  expect(cache.rowAt(228)).toBeUndefined();
  expect(cache.rowAt(0)).toBeUndefined();
  expect(cache.indexOf(200)).toBe(200);
  expect(cache.indexOf(5)).toBe(-1);
});

test('a range is covered by pages that are as new as asked for', () => {
  const cache = new WindowCache();
  cache.put(0, rows(0, 100), 7);
  expect(cache.covers(0, 99, 7)).toBe(true);
  expect(cache.covers(0, 99, 8)).toBe(false);
  expect(cache.covers(0, 100, 7)).toBe(false);
  expect(cache.covers(0, -1, 9)).toBe(true);
});

test('rows that did not change keep their identity', () => {
  const cache = new WindowCache();
  cache.put(0, rows(0, 3), 1);
  const before = cache.rowAt(1);
  const answered = { ...madeUpFlow(2), duration: 12 };
  cache.put(0, [madeUpFlow(0), madeUpFlow(1), answered], 2);
  expect(cache.rowAt(1)).toBe(before);
  expect(cache.rowAt(2)).toBe(answered);
});

test('pages unused longest are let go', () => {
  const cache = new WindowCache();
  for (let page = 0; page < 100; page++) cache.put(page * pageSize, rows(page * pageSize, pageSize), 1);
  expect(cache.rowAt(0)).toBeUndefined();
  expect(cache.rowAt(99 * pageSize)?.id).toBe(99 * pageSize);
});
