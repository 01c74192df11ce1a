import { expect, it } from 'vitest';
import { isoTime } from './iso-time.ts';

it('tells a time as far as calendars go', () => {
  expect(isoTime(Date.UTC(2026, 10, 22, 13, 7, 52, 133))).toBe('2026-11-22T13:07:52.133Z');
  expect(isoTime(8.64e15)).toBe('+275760-09-13T00:00:00.000Z');
  expect([1.8e16, -1.8e16, Number.NaN].map(isoTime)).toEqual([null, null, null]);
});
