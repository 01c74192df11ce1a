import type { TextWriter } from './text-writer.ts';

/** JSON as it will be written: unlike a JavaScript value it keeps all digits and members of the same name. */
export type JsonValue =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'array'; readonly items: readonly JsonValue[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [name: string, value: JsonValue])[] };

export function literal(value: string | number | boolean | null): JsonValue {
  return { kind: 'literal', text: JSON.stringify(value) };
}

/** Writes a value with two spaces of indentation, as `JSON.stringify` lays it out. */
export function writeJson(value: JsonValue, writer: TextWriter, before = '', after = ''): void {
  if (value.kind === 'literal') {
    writer.line(before + value.text + after);
    return;
  }
  const [open, close] = value.kind === 'array' ? ['[', ']'] : ['{', '}'];
  const inner = value.kind === 'array' ? value.items.map((item) => ['', item] as const) : value.members;
  if (inner.length === 0) {
    writer.line(before + open + close + after);
    return;
  }
  writer.open(before + open);
  for (const [index, [name, member]] of inner.entries()) {
    if (writer.full) break;
    const key = value.kind === 'array' ? '' : `${JSON.stringify(name)}: `;
    writeJson(member, writer, key, index + 1 < inner.length ? ',' : '');
  }
  writer.close(close + after);
}
