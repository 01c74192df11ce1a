/** Deeper nesting is indented no further: a body of brackets alone must not grow without bound. */
const MAX_INDENTATION = 64;

/** Whether the text begins as a JSON object or array does. */
export function looksLikeJson(text: string): boolean {
  return /^\s*(\{\s*(["}]|$)|\[\s*(["[{\]\-0-9]|true|false|null|$))/.test(text.slice(0, 1024));
}

/**
 * JSON with an indentation of two spaces, laid out token by token without parsing it: what was cut is shown as far as it
 * goes, numbers keep their digits, members of the same name stay, and what is no JSON passes through. For valid JSON the
 * layout is that of `JSON.stringify(value, null, 2)`; values in a row (NDJSON) begin a line each.
 *
 * @param maximumText most characters of the result
 */
export function prettyJson(text: string, maximumText = Number.POSITIVE_INFINITY): string {
  const parts: string[] = [];
  let length = 0;
  let depth = 0;
  /** The first character of the token before, '' at the beginning. */
  let previous = '';
  let at = 0;
  while (at < text.length && length < maximumText) {
    const first = text[at]!;
    if (isSpace(first)) {
      at++;
      continue;
    }
    const end = tokenEnd(text, at);
    if (first === '}' || first === ']') depth = Math.max(0, depth - 1);
    const token = separator(previous, first, depth) + text.slice(at, end);
    parts.push(token);
    length += token.length;
    if (first === '{' || first === '[') depth++;
    previous = first;
    at = end;
  }
  const whole = parts.join('');
  return whole.length > maximumText ? whole.slice(0, maximumText) : whole;
}

/** What stands between two tokens, by their first characters. */
function separator(previous: string, first: string, depth: number): string {
  if (previous === '' || first === ',') return '';
  if (first === '}' || first === ']') return previous === '{' || previous === '[' ? '' : newLine(depth);
  if (previous === '{' || previous === '[' || previous === ',') return newLine(depth);
  if (previous === ':') return ' ';
  if (first === ':') return '';
  // The next of several values; inside of one, this is no JSON, and what stood apart stays apart.
  return depth === 0 ? '\n' : ' ';
}

function newLine(depth: number): string {
  return `\n${'  '.repeat(Math.min(depth, MAX_INDENTATION))}`;
}

/** White space, and what stands before a text: a byte order mark, or the separator of RFC 7464. */
function isSpace(character: string): boolean {
  return (
    character === ' ' ||
    character === '\n' ||
    character === '\r' ||
    character === '\t' ||
    character === '\ufeff' ||
    character === '\x1e'
  );
}

/** Where the token that begins at `start` ends. */
function tokenEnd(text: string, start: number): number {
  if (text[start] === '"') return stringEnd(text, start);
  let at = start;
  while (at < text.length && !isSpace(text[at]!) && !'{}[],:"'.includes(text[at]!)) at++;
  return Math.max(at, start + 1);
}

/** After the closing quote, or the end of the text. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\' && quote - 1 - backslashes > start) backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}
