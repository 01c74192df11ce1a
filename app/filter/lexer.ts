import type { Range, Token } from './syntax.ts';

/** Longest first, so that `===` is not read as `==` and `=`. */
const SYMBOLS = [
  '===',
  '!==',
  '==',
  '!=',
  '>=',
  '<=',
  '&&',
  '||',
  '^^',
  '~=',
  '..',
  '>',
  '<',
  '!',
  '~',
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  ',',
];

const ENDS_A_WORD = /[\s()[\]{},"'!=<>~&|^]/;

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** Cuts a filter text into tokens. What cannot be read becomes a token of kind `error`; the rest is read on. */
export function lex(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at++;
      continue;
    }
    const token = readToken(text, at);
    tokens.push(token);
    at = token.range[1];
  }
  return tokens;
}

/** True when `text` is read as one word again, so that printing needs no quotes. */
export function isWord(text: string): boolean {
  const tokens = lex(text);
  return tokens.length === 1 && tokens[0]!.kind === 'word' && tokens[0]!.text === text;
}

function readToken(text: string, at: number): Token {
  const rest = text.slice(at, at + 2);
  if (rest[0] === '"') return readString(text, at, at + 1);
  if (rest === 'r"' || rest === 'R"') return readRawString(text, at);
  const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate, at));
  if (symbol !== undefined) return make('symbol', [at, at + symbol.length], symbol);
  const end = wordEnd(text, at);
  if (end > at) return make('word', [at, end], text.slice(at, end));
  return make('error', [at, at + 1], strayCharacter(text.charAt(at)));
}

/** A word goes on to the next separator, or to the `..` of a range. */
function wordEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && !ENDS_A_WORD.test(text.charAt(end)) && !text.startsWith('..', end)) end++;
  return end;
}

function readString(text: string, start: number, at: number): Token {
  let value = '';
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"') return make('string', [start, at + 1], value);
    if (character !== '\\') {
      value += character;
      at++;
      continue;
    }
    const escaped = readEscape(text, at);
    if (escaped === null) {
      const end = Math.min(text.length, at + 2);
      return make('error', [at, end], `The escape ${text.slice(at, end)} is not known; write \\\\ for a backslash.`);
    }
    value += escaped.value;
    at = escaped.end;
  }
  return make('error', [start, text.length], 'This text has no closing quote.');
}

function readEscape(text: string, at: number): { value: string; end: number } | null {
  const simple = SIMPLE_ESCAPES[text.charAt(at + 1)];
  if (simple !== undefined) return { value: simple, end: at + 2 };
  const rest = text.slice(at + 1, at + 6);
  const hexadecimal = /^(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})/.exec(rest);
  if (hexadecimal) {
    const digits = hexadecimal[0];
    return { value: String.fromCharCode(Number.parseInt(digits.slice(1), 16)), end: at + 1 + digits.length };
  }
  const octal = /^[0-3]?[0-7]{1,2}/.exec(rest);
  if (octal) return { value: String.fromCharCode(Number.parseInt(octal[0], 8)), end: at + 1 + octal[0].length };
  return null;
}

/** Between `r"` and the next quote that no backslash precedes, everything stands for itself. */
function readRawString(text: string, start: number): Token {
  let at = start + 2;
  while (at < text.length) {
    if (text[at] === '"') return { ...make('string', [start, at + 1], text.slice(start + 2, at)), raw: true };
    at += text[at] === '\\' ? 2 : 1;
  }
  return make('error', [start, text.length], 'This text has no closing quote.');
}

function strayCharacter(character: string): string {
  if (character === '=') return 'A single = compares nothing; write ==.';
  if (character === '&') return 'A single & is not supported; write && for and.';
  if (character === '|') return 'A single | is not supported; write || for or.';
  if (character === "'") return 'Text stands in double quotes here: "text".';
  return `${character} has no meaning here; put text in double quotes.`;
}

function make(kind: Token['kind'], range: Range, text: string): Token {
  return { kind, range, text, raw: false };
}
