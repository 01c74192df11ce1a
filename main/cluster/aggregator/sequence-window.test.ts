import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SequenceWindow } from './sequence-window.ts';

describe('SequenceWindow', () => {
  it('takes each number once, in whatever order and however often they come', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 100 }), (numbers) => {
        const window = new SequenceWindow(0);
        const taken = numbers.filter((number) => window.take(number, 0));
        expect(taken.toSorted((a, b) => a - b)).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
      }),
    );
  });

  it('refuses what is settled, and counts what was settled without having come', () => {
    const window = new SequenceWindow(10);
    expect(window.take(9, 10)).toBe(false);
    expect(window.take(11, 10)).toBe(true);
    expect(window.missing).toBe(0);
    // 10, 12 and 13 were given up.
    expect(window.take(14, 14)).toBe(true);
    expect(window.missing).toBe(3);
    expect(window.take(12, 14)).toBe(false);
  });

  it('stays bounded when nothing is ever settled', () => {
    const window = new SequenceWindow(0);
    for (let number = 0; number < 10_000; number++) window.take(number, 0);
    expect(window.take(9_999, 0)).toBe(false);
    expect(window.take(100, 0)).toBe(false);
    expect(window.missing).toBe(0);
  });
});
