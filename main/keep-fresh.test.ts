import { mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { keepFresh } from './keep-fresh.ts';

afterEach(() => vi.useRealTimers());

it('touches a folder every hour until it is ended, whether it is still there or not', () => {
  vi.useFakeTimers();
  const folder = mkdtempSync(join(tmpdir(), 'fresh-'));
  const age = () => Math.round((Date.now() - statSync(folder).mtimeMs) / 3_600_000);
  const end = keepFresh(folder);
  const long = new Date(Date.now() - 23 * 3_600_000);
  utimesSync(folder, long, long);
  expect(age()).toBe(23);
  vi.advanceTimersByTime(3_600_000);
  expect(age()).toBe(0);
  end();
  vi.advanceTimersByTime(7_200_000);
  expect(age()).toBe(2);
  keepFresh(folder);
  rmSync(folder, { recursive: true });
  vi.advanceTimersByTime(3_600_000);
  vi.clearAllTimers();
});
