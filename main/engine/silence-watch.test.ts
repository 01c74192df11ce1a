import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SilenceWatch } from './silence-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('tells of silence, unless we did not listen ourselves', () => {
  let silent = 0;
  const watch = new SilenceWatch(3_000, () => silent++);
  for (let second = 0; second < 10; second++) {
    vi.advanceTimersByTime(1_000);
    watch.heard();
  }
  // As when the process was stopped: the clock goes on, and no timer runs.
  const now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now + 60_000);
  vi.advanceTimersByTime(1_000);
  expect(silent).toBe(0);
  vi.mocked(performance.now).mockRestore();
  watch.heard();
  vi.advanceTimersByTime(3_000);
  expect(silent).toBe(0);
  vi.advanceTimersByTime(600);
  expect(silent).toBe(1);
  watch.close();
  expect(vi.getTimerCount()).toBe(0);
});
