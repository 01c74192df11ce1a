/** Deeper nesting is indented no further: a body of tags alone must not grow without bound. */
const MAX_INDENTATION = 64;

type TokenKind = 'open' | 'close' | 'empty' | 'text' | 'other';

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/** What has an end of its own, with `>` allowed inside. https://www.w3.org/TR/xml/#sec-comments and following */
const SECTIONS: readonly (readonly [begin: string, end: string, kind: TokenKind])[] = [
  ['<!--', '-->', 'other'],
  ['<![CDATA[', ']]>', 'text'],
  ['<?', '?>', 'other'],
];

/**
 * XML with a line for each element, indented by two spaces. Elements that hold only text stay on one line, text keeps its
 * white space, and only white space between tags is changed. Nothing is checked: what was cut or is no XML passes through.
 *
 * @param maximumText most characters of the result
 */
export function prettyXml(text: string, maximumText = Number.POSITIVE_INFINITY): string {
  const parts: string[] = [];
  let length = 0;
  let depth = 0;
  let previous: TokenKind | null = null;
  for (let at = 0; at < text.length && length < maximumText; ) {
    const token = tokenAt(text, at);
    at += token.text.length;
    if (token.kind === 'text' && token.text.trim() === '') continue;
    if (token.kind === 'close') depth = Math.max(0, depth - 1);
    const part = (needsLine(previous, token.kind) ? newLine(depth) : '') + token.text;
    parts.push(part);
    length += part.length;
    if (token.kind === 'open') depth++;
    previous = token.kind;
  }
  const whole = parts.join('');
  return whole.length > maximumText ? whole.slice(0, maximumText) : whole;
}

/** Beside text no white space may be put; an element without content stays together. */
function needsLine(previous: TokenKind | null, kind: TokenKind): boolean {
  if (previous === null || previous === 'text' || kind === 'text') return false;
  return !(previous === 'open' && kind === 'close');
}

function newLine(depth: number): string {
  return `\n${'  '.repeat(Math.min(depth, MAX_INDENTATION))}`;
}

function tokenAt(text: string, start: number): Token {
  if (text[start] !== '<') {
    const end = text.indexOf('<', start);
    return { kind: 'text', text: text.slice(start, end < 0 ? text.length : end) };
  }
  for (const [begin, close, kind] of SECTIONS) {
    if (!text.startsWith(begin, start)) continue;
    const end = text.indexOf(close, start + begin.length);
    return { kind, text: text.slice(start, end < 0 ? text.length : end + close.length) };
  }
  const tag = text.slice(start, tagEnd(text, start));
  if (tag.startsWith('<!')) return { kind: 'other', text: tag };
  if (tag.startsWith('</')) return { kind: 'close', text: tag };
  return { kind: tag.endsWith('/>') ? 'empty' : 'open', text: tag };
}

/** After the `>` that is neither in quotes nor in the brackets of a document type; the end of the text when there is none. */
function tagEnd(text: string, start: number): number {
  let quote = '';
  let brackets = 0;
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at]!;
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") {
      quote = character;
    } else if (character === '[') {
      brackets++;
    } else if (character === ']') {
      brackets--;
    } else if (character === '>' && brackets <= 0) {
      return at + 1;
    }
  }
  return text.length;
}
