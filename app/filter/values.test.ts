import { describe, expect, it } from 'vitest';
import { readDuration, readNumber, readTime } from './values.ts';

describe('values in filters', () => {
  it.each([
    ['200', 200],
    ['-3', -3],
    ['0x50', 80],
    ['-0xC8', -200],
    ['0310', 200],
    ['0b11001000', 200],
    ['0', 0],
    ['0.5', 0.5],
    ['08', null],
    ['0b2', null],
    ['1.5e3', 1500],
    ['.5', 0.5],
    ['12a', null],
    ['', null],
    ['0x', null],
  ])('reads the number %j', (text, number) => {
    expect(readNumber(text)).toBe(number);
  });

  it.each([
    ['250ms', 1, 250],
    ['1.5s', 1, 1500],
    ['2m', 1, 120_000],
    ['10us', 1, 0.01],
    ['0.5', 1000, 500],
    ['5 h', 1, 18_000_000],
    ['5y', 1, null],
  ])('reads the duration %j', (text, plain, milliseconds) => {
    const duration = readDuration(text, plain);
    if (milliseconds === null) expect(duration).toBeNull();
    else expect(duration).toBeCloseTo(milliseconds, 9);
  });

  const now = Date.UTC(2026, 10, 22, 14);
  it.each([
    ['2026-11-22 14:00:00Z', now],
    ['2026-11-22T14:00:00.25 UTC', now + 250],
    ['2026-11-22 15:00+01:00', now],
    ['Nov 22, 2026 14:00:00.250000000 UTC', now + 250],
    ['Nov  2, 2026 14:00 Z', now - 20 * 86_400_000],
    ['Nov 22, 2026', new Date(2026, 10, 22).getTime()],
    ['Foo 22, 2026', null],
    ['2026-11-22 14:00', new Date(2026, 10, 22, 14).getTime()],
    ['2026-11-22', new Date(2026, 10, 22).getTime()],
    ['1795356000.5', 1_795_356_000_500],
    ['-5m', now - 300_000],
    ['2026-13-01', null],
    ['2026-02-29', null],
    ['2026-11-22 25:00', null],
    ['-5', null],
    ['soon', null],
  ])('reads the time %j', (text, milliseconds) => {
    expect(readTime(text, now)).toBe(milliseconds);
  });
});
