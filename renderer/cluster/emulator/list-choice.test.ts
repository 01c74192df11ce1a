import { describe, expect, it } from 'vitest';
import { moved, ranged } from './list-choice.ts';

describe('keys in the list of captures', () => {
  it('stay within the list', () => {
    expect(['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'].map((key) => moved(key, 1, 3))).toEqual([
      2, 0, 2, 0, 0, 2,
    ]);
    expect(moved('ArrowDown', 2, 3)).toBe(2);
    expect(moved('x', 1, 3)).toBeNull();
  });

  it('choose ranges upwards and downwards', () => {
    expect(ranged(['a', 'b', 'c', 'd'], 1, 2)).toEqual(['b', 'c']);
    expect(ranged(['a', 'b', 'c', 'd'], 3, 2)).toEqual(['c', 'd']);
  });
});
