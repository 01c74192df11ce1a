/**
 * JSON with an indentation of two spaces, made token by token without parsing, so that a body that was cut is shown as far as it
 * goes and numbers keep their digits. White space inside of strings stays. For valid JSON the layout is that of
 * `JSON.stringify(value, null, 2)`.
 */
export function prettyJson(text: string): string {
  const parts: string[] = [];
  let depth = 0;
  const tokens = /"(?:[^"\\]|\\.)*(?:"|$)|[[\]{},:]|[^\s[\]{},:"]+/gs;
  let previous = '';
  for (const [token] of text.matchAll(tokens)) {
    if (token === '}' || token === ']') {
      depth = Math.max(0, depth - 1);
      if (previous !== '{' && previous !== '[') parts.push(newLine(depth));
      parts.push(token);
    } else {
      if (previous === '{' || previous === '[' || previous === ',') parts.push(newLine(depth));
      parts.push(token === ':' ? ': ' : token);
      if (token === '{' || token === '[') depth++;
    }
    previous = token;
  }
  return parts.join('');
}

/** Deep nesting is indented no further: a body of brackets alone must not grow without bound. */
function newLine(depth: number): string {
  return `\n${'  '.repeat(Math.min(depth, 64))}`;
}
