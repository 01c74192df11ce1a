import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePercent } from './percent.ts';

test('all text comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(decodePercent(encodeURIComponent(text))).toBe(text);
    }),
  );
});

test('what is no encoding stays', () => {
  expect(decodePercent('100% of 5%2G%4')).toBe('100% of 5%2G%4');
  expect(decodePercent('50%25 ü%C3%bc')).toBe('50% üü');
});
