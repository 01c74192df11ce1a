import fc from 'fast-check';
import { expect, test } from 'vitest';
import { highlightJson } from './json-tokens.ts';
import { prettyJson } from './pretty-json.ts';

test('is laid out as JSON.stringify does, for any value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(prettyJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
    }),
  );
});

test('a body that was cut is shown as far as it goes', () => {
  expect(prettyJson('{"a":[1,{"b":"un')).toBe('{\n  "a": [\n    1,\n    {\n      "b": "un');
});

test('numbers keep their digits', () => {
  expect(prettyJson('{"id":12345678901234567890}')).toContain('12345678901234567890');
});

test('a body of brackets alone stays small', () => {
  expect(prettyJson('['.repeat(20_000)).length).toBeLessThan(20_000 * 140);
});

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
