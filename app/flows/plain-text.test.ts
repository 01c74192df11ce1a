import { expect, it } from 'vitest';
import { plainJson, plainLine, plainLines } from './plain-text.ts';

it('shows what a terminal would obey: escape sequences, in seven bits and in eight, line ends, directions', () => {
  expect(plainLine('\x1b]0;pwned\x07')).toBe('\\x1b]0;pwned\\x07');
  expect(plainLine('\u009b31m')).toBe('\\x9b31m');
  expect(plainLine('a\r\nb\tc\x7f')).toBe('a\\x0d\\x0ab\\x09c\\x7f');
  expect(plainLine('invoice\u202egpj.exe')).toBe('invoice\\u202egpj.exe');
  expect(plainLines('one\n\ttwo\r\x1b[2J')).toBe('one\n\ttwo\\x0d\\x1b[2J');
});

it('leaves every other text as it is, of whatever language', () => {
  const text = 'GET /ä/日本語/שלום/😀?q=a b\\x1b';
  expect(plainLine(text)).toBe(text);
  expect(plainJson(text)).toBe(JSON.stringify(text));
});

it('is JSON of the same value', () => {
  const value = { 'a\u009b': ['\x1b[2J', '\x7f\u2028\u202e', 'line\nfeed', 'ä😀'], number: 1 };
  const text = plainJson(value, 2);
  expect(JSON.parse(text)).toEqual(value);
  expect(text.replaceAll('\n', '')).toMatch(/^[^\p{Cc}\u202e\u2028]*$/u);
});
