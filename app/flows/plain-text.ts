/**
 * What is obeyed instead of shown: control characters, by a terminal (an escape sequence can set the window's title, fill the clipboard
 * or hide lines), and those that turn the direction of writing around, by a page as well: a name reads as another (Trojan Source,
 * CVE-2021-42574).
 */
const obeyed = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
}

/** Text of a capture, a cluster or a file name within one line: whatever is in it, it stays on that line and is only shown. */
export function plainLine(text: string): string {
  return text.replace(obeyed, escaped);
}

/** The same for text of several lines: line feeds and tabs stay. */
export function plainLines(text: string): string {
  return text.replace(obeyed, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}

/** JSON that says the same in characters that a terminal only shows. */
export function plainJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  // What JSON itself leaves as it is; line feeds stand between its values alone.
  return text.replace(obeyed, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
