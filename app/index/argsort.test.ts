import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argsort } from './argsort.ts';

describe('argsort', () => {
  it('orders numbers as comparing does, and leaves equal ones as they were', () => {
    const number = fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -3, max: 3 }), fc.constant(-0));
    fc.assert(
      fc.property(fc.array(number), (numbers) => {
        const order = (left: number, right: number) => {
          const [first, second] = [numbers[left]!, numbers[right]!];
          return first < second ? -1 : first > second ? 1 : left - right;
        };
        expect([...argsort(Float64Array.from(numbers))]).toEqual([...numbers.keys()].sort(order));
      }),
      { numRuns: 500 },
    );
  });
});
