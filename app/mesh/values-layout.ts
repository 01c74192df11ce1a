/** Largest values file that is edited: many times what any has. Bytes. */
export const largestValuesFile = 256 << 10;

/** How a file is written that an editor has as lines with `\n`, without a byte order mark. */
export interface ValuesLayout {
  readonly hasMark: boolean;
  readonly lineEnd: '\n' | '\r\n';
}

export const plainLayout: ValuesLayout = { hasMark: false, lineEnd: '\n' };

/** @throws Error with a sentence when a file has more bytes than any values file */
export function checkValuesSize(bytes: number, name: string): void {
  if (bytes <= largestValuesFile) return;
  throw new Error(`${name} has ${Math.ceil(bytes / 1_024)} KiB, more than any values file: choose another.`);
}

/**
 * The text of a values file.
 *
 * @throws Error with a sentence when it is too large, or no text
 */
export function valuesFileText(bytes: Uint8Array, name: string): string {
  checkValuesSize(bytes.length, name);
  try {
    // The mark stays, so that it is written again.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Bytes that are no UTF-8.
  }
  throw new Error(`${name} is not UTF-8 text, so it is not a values file: choose another.`);
}

/** A file's text as an editor has it, and how it is written again. Mixed line ends become those that most lines have. */
export function editorText(text: string): { readonly text: string; readonly layout: ValuesLayout } {
  const hasMark = text.startsWith('\ufeff');
  const pairs = text.split('\r\n').length - 1;
  const lines = text.split(/\r\n|\r|\n/);
  const lineEnd = pairs * 2 > lines.length - 1 ? '\r\n' : '\n';
  return { text: lines.join('\n').slice(hasMark ? 1 : 0), layout: { hasMark, lineEnd } };
}

/** What is written for what an editor has. */
export function fileText(text: string, { hasMark, lineEnd }: ValuesLayout): string {
  return `${hasMark ? '\ufeff' : ''}${lineEnd === '\n' ? text : text.replaceAll('\n', lineEnd)}`;
}
