import { expect, test } from 'vitest';
import { findText, mostPlaces, nextPlace } from './find-text.ts';

test('a text is found in every place, whatever its case', () => {
  expect(findText('Item 1, item 2, ITEM', 'item')).toEqual([
    [0, 4],
    [8, 12],
    [16, 20],
  ]);
  expect(findText('straße STRASSE', 'ß')).toEqual([[4, 5]]);
});

test('what means something in expressions means itself here', () => {
  expect(findText('{"a": [1.5, 105]}', '[1.5')).toEqual([[6, 10]]);
  expect(findText('a\\b/c-d', '\\b/c-d')).toEqual([[1, 7]]);
});

test('nothing is in no text, and a frequent letter is not counted for ever', () => {
  expect(findText('anything', '')).toEqual([]);
  expect(findText('a'.repeat(mostPlaces + 5), 'a')).toHaveLength(mostPlaces);
});

test('the next place is behind the cursor, and behind the last comes the first', () => {
  const places = findText('a..a..a', 'a');
  expect([0, 1, 4, 7].map((position) => nextPlace(places, position))).toEqual([0, 1, 2, 0]);
  expect(nextPlace([], 3)).toBe(-1);
});
