import { type Document, isMap, isNode, isScalar, visit } from 'yaml';
import { helmYaml, isEmptyNode, isFilledMap, isPlacedKey, type PlacedKey } from '../helm-yaml.ts';

/** New lines at the end of the innermost section that is there; null when that is not written in lines. */
export function insertedLines(
  text: string,
  document: Document.Parsed,
  path: readonly string[],
  value: unknown,
): string | null {
  const depth = depthOf(document, path);
  const map: unknown = nodeAt(document, path.slice(0, depth));
  const lines = newLines(text, document, path.slice(depth), value);
  if (depth === 0 && isEmptyNode(map)) return withoutEmpty(text, map, lines);
  if (!isFilledMap(map) || !map.range) return null;
  const key: unknown = map.items[0]?.key;
  if (!isPlacedKey(key)) return null;
  const content = text.slice(0, map.range[1]).trimEnd().length;
  const at = endOfLine(text, content);
  return `${text.slice(0, at)}\n${indented(lines, indentAt(text, key))}${text.slice(at)}`;
}

/** New lines below the key of a section that is there and has nothing in it; null when there is none. */
export function filledLines(
  text: string,
  document: Document.Parsed,
  path: readonly string[],
  value: unknown,
): string | null {
  const depth = depthOf(document, path);
  const map: unknown = nodeAt(document, path.slice(0, depth));
  const rest = path.slice(depth + 1);
  if (!isFilledMap(map) || rest.length === 0) return null;
  const pair = map.items.find(({ key }) => isScalar(key) && key.value === path[depth]);
  if (!pair || !isPlacedKey(pair.key) || !isEmptyNode(pair.value)) return null;
  return linesBelow(text, document, pair.key, pair.value, newLines(text, document, rest, value));
}

/** The lines in the place of a key's value, a step further in; a comment behind it stays. null when the key is not alone in its line. */
export function linesBelow(
  text: string,
  document: Document.Parsed,
  key: PlacedKey,
  node: unknown,
  lines: string,
): string | null {
  const indent = indentAt(text, key);
  if (/\S/.test(indent)) return null;
  const colon = text.indexOf(':', key.range[1]);
  const end = isNode(node) && node.range ? Math.max(node.range[1], colon + 1) : colon + 1;
  if (text.slice(colon, end).includes('\n')) return null;
  const at = endOfLine(text, end);
  const inner = indent + ' '.repeat(stepOf(text, document));
  // What is empty may stand behind the blanks that part a comment from the key.
  const behind = text.slice(text.slice(colon + 1, end).trim() === '' ? colon + 1 : end, at);
  return `${text.slice(0, colon + 1)}${behind.trimEnd()}\n${indented(lines, inner)}${text.slice(at)}`;
}

/** How many sections of a path are there and written in lines. */
function depthOf(document: Document.Parsed, path: readonly string[]): number {
  let depth = 0;
  while (depth < path.length - 1 && isFilledMap(nodeAt(document, path.slice(0, depth + 1)))) depth++;
  return depth;
}

function nodeAt(document: Document.Parsed, path: readonly string[]): unknown {
  return path.length === 0 ? document.contents : document.getIn(path, true);
}

function newLines(text: string, document: Document.Parsed, path: readonly string[], value: unknown): string {
  const section = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  return helmYaml(section, stepOf(text, document)).trimEnd();
}

/** The lines behind a text that has nothing but comments, or in the place of an empty section. */
function withoutEmpty(text: string, node: unknown, lines: string): string {
  if (isMap(node) && node.range) return `${text.slice(0, node.range[0])}${lines}${text.slice(node.range[1])}`;
  return `${text.length === 0 || text.endsWith('\n') ? text : `${text}\n`}${lines}\n`;
}

/** How many columns a section is further in than its key: as the first of the file is; 2 where there is none. */
function stepOf(text: string, document: Document.Parsed): number {
  let step = 0;
  visit(document, {
    Pair(_, { key, value }) {
      if (!isPlacedKey(key) || !isFilledMap(value)) return;
      const inner: unknown = value.items[0]?.key;
      if (isPlacedKey(inner)) step = indentAt(text, inner).length - indentAt(text, key).length;
      if (step > 0) return visit.BREAK;
    },
  });
  return step > 0 ? step : 2;
}

/** What stands before a key in its line. */
function indentAt(text: string, { range }: PlacedKey): string {
  return text.slice(text.lastIndexOf('\n', range[0] - 1) + 1, range[0]);
}

function indented(lines: string, indent: string): string {
  return lines.replace(/^/gm, indent);
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
