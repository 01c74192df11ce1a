import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberMap } from './number-map.ts';

describe('NumberMap', () => {
  it('holds what a Map holds after the same steps, however numbers fall on each other', () => {
    // Numbers that meet at the same slots, at the end of the table as well, and those that do not.
    const number = fc.oneof(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 40 }).map((index) => index * 64 + 62),
      fc.integer({ min: 0, max: 0x7fffffff }),
    );
    const step = fc.record({ number, deletes: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400, size: 'max' }), (steps) => {
        const map = new NumberMap<number>();
        const expected = new Map<number, number>();
        steps.forEach(({ number, deletes }, index) => {
          if (deletes) {
            map.delete(number);
            expected.delete(number);
          } else {
            map.set(number, index);
            expected.set(number, index);
          }
        });
        expect(map.size).toBe(expected.size);
        for (const { number } of steps) expect(map.get(number)).toBe(expected.get(number));
      }),
    );
  });

  it('grows with what it holds', () => {
    const map = new NumberMap<string>();
    for (let number = 0; number < 10_000; number++) map.set(number * 3, `${number}`);
    for (let number = 0; number < 10_000; number += 2) map.delete(number * 3);
    expect(map.size).toBe(5_000);
    expect(map.get(3)).toBe('1');
    expect(map.get(6)).toBeUndefined();
    expect(map.get(29_997)).toBe('9999');
    expect(map.get(4)).toBeUndefined();
  });
});
