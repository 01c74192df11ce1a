import fc from 'fast-check';
import { expect, test } from 'vitest';
import { highlightJson } from './json-tokens.ts';

test('colours cover all of the text, in order', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const tokens = highlightJson(text);
      expect(tokens.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
    }),
  );
  const kinds = highlightJson('{"a": "b", "n": -1.5e3, "t": true}').filter(({ kind }) => kind !== 'plain');
  expect(kinds.map(({ kind }) => kind)).toEqual(['key', 'string', 'key', 'number', 'key', 'word']);
});
