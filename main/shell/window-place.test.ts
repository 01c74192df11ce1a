import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPlace, windowBounds, writePlace } from './window-place.ts';

const laptop = { x: 0, y: 0, width: 1_512, height: 944 };
const beside = { x: 1_512, y: -200, width: 2_560, height: 1_440 };
const left = { bounds: { x: 1_700, y: -100, width: 1_800, height: 1_200 }, maximized: false };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'window-place-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a window comes back where it was left, also on a second display', () => {
  expect(windowBounds(left, [laptop, beside])).toEqual(left.bounds);
});

test('a display that is gone, or that has become smaller, loses no window', () => {
  expect(windowBounds(left, [laptop])).toEqual({ width: 1_800, height: 1_200 });
  const wide = { bounds: { x: 10, y: 10, width: 4_000, height: 3_000 }, maximized: false };
  expect(windowBounds(wide, [laptop])).toEqual({ x: 10, y: 10, width: 1_512, height: 944 });
  const below = { bounds: { x: 10, y: 930, width: 1_000, height: 700 }, maximized: false };
  expect(windowBounds(below, [laptop])).toEqual({ width: 1_000, height: 700 });
  const tiny = { bounds: { x: 10, y: 10, width: 3, height: 3 }, maximized: false };
  expect(windowBounds(tiny, [laptop])).toEqual({ x: 10, y: 10, width: 900, height: 560 });
});

test('what was written is read, and what is broken is as nothing', () => {
  const file = join(folder, 'window.json');
  expect(readPlace(file)).toBeNull();
  writePlace(file, left);
  expect(readPlace(file)).toEqual(left);
  for (const text of ['', 'null', '{"bounds":null,"maximized":true}', '{"bounds":{"x":1.5,"y":0},"maximized":false}']) {
    writeFileSync(file, text);
    expect(readPlace(file)).toBeNull();
  }
  expect(windowBounds(null, [laptop])).toEqual({ width: 1_440, height: 900 });
});
