export type JsonTokenKind = 'key' | 'string' | 'number' | 'word' | 'plain';

export interface JsonToken {
  readonly start: number;
  readonly end: number;
  readonly kind: JsonTokenKind;
}

/** What a match of `jsonTokenPattern` is. */
export function jsonTokenKind(match: RegExpMatchArray): JsonTokenKind {
  if (match[1] !== undefined) return match[2] !== undefined ? 'key' : 'string';
  return match[3] !== undefined ? 'number' : 'word';
}

/** Strings (with the colon that makes them keys), numbers, and words. JSON strings have no line breaks, so lines suffice. */
export function jsonTokenPattern(): RegExp {
  return /("(?:[^"\\\n]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)\b/g;
}

/** All of `text` in order, the pieces in between as `plain`. */
export function highlightJson(text: string): readonly JsonToken[] {
  const tokens: JsonToken[] = [];
  let at = 0;
  for (const match of text.matchAll(jsonTokenPattern())) {
    const start = match.index;
    const end = start + (match[1] ?? match[0]).length;
    if (start > at) tokens.push({ start: at, end: start, kind: 'plain' });
    tokens.push({ start, end, kind: jsonTokenKind(match) });
    at = end;
  }
  if (at < text.length) tokens.push({ start: at, end: text.length, kind: 'plain' });
  return tokens;
}
