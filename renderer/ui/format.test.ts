import { expect, test } from 'vitest';
import {
  formatBytes,
  formatCountdown,
  formatDateTime,
  formatDuration,
  formatTime,
  formatTimeAs,
  isoText,
  plural,
} from './format.ts';

test('bytes have one digit behind the point and never read 1000.0', () => {
  expect([0, 999, 1_000, 18_200, 999_949, 999_950, 1.9e9].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '18.2 kB',
    '999.9 kB',
    '1.0 MB',
    '1.9 GB',
  ]);
});

test('durations take the unit that keeps them short', () => {
  expect([0.42, 4.1, 999.9, 1_003, 65_000, 125_000, 3_599_400, 11_520_000, -3].map(formatDuration)).toEqual([
    '0.42 ms',
    '4.1 ms',
    '999.9 ms',
    '1.00 s',
    '65.00 s',
    '02:05 min',
    '59:59 min',
    '3:12:00 h',
    '−3.0 ms',
  ]);
});

test('countdowns end at zero', () => {
  expect([1_471_000, 3_729_000, -5].map(formatCountdown)).toEqual(['24:31', '1:02:09', '00:00']);
});

test('times of day are by the clock of the machine, to the millisecond', () => {
  const time = new Date(2026, 10, 22, 14, 7, 52, 133).getTime();
  expect(formatTime(time + 0.9)).toBe('14:07:52.133');
});

test('times are told with the date, or as the logs of a cluster have them, when that is wanted', () => {
  const time = new Date(2026, 10, 22, 14, 7, 52, 133).getTime();
  expect(formatTimeAs(time, 'clock')).toBe('14:07:52.133');
  expect(formatTimeAs(time, 'date')).toBe('2026-11-22 14:07:52.133');
  expect(formatTimeAs(Date.UTC(2026, 10, 22, 13, 7, 52, 133), 'utc')).toBe('2026-11-22T13:07:52.133Z');
});

test('a time that no calendar has, as a damaged capture tells it, is not known', () => {
  const damaged = 1.8e16;
  for (const style of ['clock', 'date', 'utc'] as const) expect(formatTimeAs(damaged, style)).toBe('unknown time');
  expect([formatDateTime(damaged), isoText(damaged)]).toEqual(['unknown time', 'unknown time']);
});

test('one is not several', () => {
  expect([plural(1, 'flow'), plural(1_391_220, 'flow')]).toEqual(['1 flow', '1,391,220 flows']);
});
