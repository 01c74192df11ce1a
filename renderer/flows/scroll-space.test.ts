import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  contentHeight,
  highestElement,
  isScaled,
  lastOffset,
  offsetToReveal,
  physicalHeight,
  type ScrollSpace,
  toPhysical,
  toVirtual,
  visibleRows,
} from './scroll-space.ts';

const spaces = fc.record({
  count: fc.integer({ min: 0, max: 5_000_000 }),
  rowHeight: fc.constant(23),
  height: fc.integer({ min: 1, max: 2_000 }),
});

const million: ScrollSpace = { count: 1_000_000, rowHeight: 23, height: 690 };

describe('the scroll bar', () => {
  test('is as high as the rows while a browser allows it, and scaled beyond', () => {
    expect(physicalHeight({ ...million, count: 1_000 })).toBe(23_000);
    expect(isScaled({ ...million, count: 1_000 })).toBe(false);
    expect(physicalHeight(million)).toBe(highestElement);
    expect(isScaled(million)).toBe(true);
  });

  test('reaches the first and the last row exactly', () => {
    expect(toVirtual(million, 0)).toBe(0);
    expect(toVirtual(million, highestElement - million.height)).toBe(contentHeight(million) - million.height);
    expect(visibleRows(million, lastOffset(million)).last).toBe(999_999);
  });

  test('and the rows are two views of one place', () => {
    fc.assert(
      fc.property(spaces, fc.double({ min: 0, max: 1, noNaN: true }), (space, fraction) => {
        const offset = fraction * lastOffset(space);
        expect(toVirtual(space, toPhysical(space, offset))).toBeCloseTo(offset, 3);
      }),
    );
  });
});

describe('visible rows', () => {
  test('fill the height and stay in the list', () => {
    fc.assert(
      fc.property(spaces, fc.double({ min: 0, max: 1, noNaN: true }), (space, fraction) => {
        const offset = fraction * lastOffset(space);
        const { first, last } = visibleRows(space, offset);
        expect(first * space.rowHeight).toBeLessThanOrEqual(offset);
        expect(last).toBeLessThan(space.count);
        const filled = (last + 1) * space.rowHeight >= Math.min(offset + space.height, contentHeight(space)) - 1e-6;
        expect(filled).toBe(true);
      }),
    );
  });

  test('there are none in an empty list', () => {
    expect(visibleRows({ ...million, count: 0 }, 0)).toEqual({ first: 0, last: -1 });
  });
});

describe('bringing a row into view', () => {
  test('moves as little as needed', () => {
    expect(offsetToReveal(million, 230, 20)).toBe(230);
    expect(offsetToReveal(million, 230, 3)).toBe(69);
    expect(offsetToReveal(million, 0, 30)).toBe(23);
    expect(offsetToReveal(million, 0, 999_999)).toBe(lastOffset(million));
  });
});
