import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { looksLikeJson, prettyJson } from './pretty-json.ts';

test('is laid out as JSON.stringify does, for any value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const pretty = JSON.stringify(value, null, 2);
      expect(prettyJson(JSON.stringify(value))).toBe(pretty);
      expect(prettyJson(pretty)).toBe(pretty);
    }),
  );
});

test.each([
  [
    'numbers keep their digits',
    '{"id":12345678901234567890,"e":1.50E+02}',
    '{\n  "id": 12345678901234567890,\n  "e": 1.50E+02\n}',
  ],
  ['members of the same name stay', '{"a":1,"a":2}', '{\n  "a": 1,\n  "a": 2\n}'],
  ['escapes stay as written', '{"a":"\\u00e9\\"\\\\"}', '{\n  "a": "\\u00e9\\"\\\\"\n}'],
  ['lines of JSON', '{"a":1}\n{"a":2}\n', '{\n  "a": 1\n}\n{\n  "a": 2\n}'],
  ['a body that was cut', '{"a":[1,{"b":"un', '{\n  "a": [\n    1,\n    {\n      "b": "un'],
  ['a body that was cut after a backslash', '["a\\', '[\n  "a\\'],
  ['brackets that do not match', ']}[}', ']\n}\n[}'],
  ['no JSON', '{oh dear}', '{\n  oh dear\n}'],
])('%s', (_name, text, pretty) => {
  expect(prettyJson(text)).toBe(pretty);
});

describe('bounds', () => {
  test('nothing but white space between tokens is lost, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[],:"\\ \n1a') }), (text) => {
        const strip = (value: string) => value.replace(/\s/g, '');
        expect(strip(prettyJson(text))).toBe(strip(text));
      }),
    );
  });

  test('brackets alone stay small', () => {
    expect(prettyJson('['.repeat(20_000)).length).toBeLessThan(20_000 * 140);
    expect(prettyJson('['.repeat(20_000), 1000)).toHaveLength(1000);
  });

  test('a long string with escapes takes no time', () => {
    const text = `["${'\\\\'.repeat(1_000_000)}${'x\\"'.repeat(1_000_000)}"]`;
    const start = performance.now();
    expect(prettyJson(text)).toHaveLength(text.length + 4);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

test('looks like JSON', () => {
  expect(['{"a":1}', ' [1', '[]', '{', '[true'].map(looksLikeJson)).toEqual([true, true, true, true, true]);
  expect(['{a}', '[x]', 'true', '"text"', ''].map(looksLikeJson)).toEqual([false, false, false, false, false]);
});
