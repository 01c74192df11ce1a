import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { onWake } from './wake.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('tells of each time that the program did not run, and of nothing else', () => {
  let woken = 0;
  const stop = onWake(() => woken++);
  vi.advanceTimersByTime(60_000);
  expect(woken).toBe(0);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(60_000);
  expect(woken).toBe(1);
  stop();
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(60_000);
  expect(woken).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});
