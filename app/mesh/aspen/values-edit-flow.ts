import { type Document, isMap, isNode, isScalar, type Pair, type YAMLMap } from 'yaml';
import { isPlacedKey } from '../helm-yaml.ts';

/** A value put into the innermost section that is there, where that is written in braces, as all of JSON is; else null. */
export function insertedInBraces(
  text: string,
  document: Document.Parsed,
  path: readonly string[],
  value: unknown,
): string | null {
  let depth = 0;
  while (depth < path.length - 1 && isMap(nodeAt(document, path.slice(0, depth + 1)))) depth++;
  const map = nodeAt(document, path.slice(0, depth));
  if (!isMap(map) || !map.flow || !map.range) return null;
  const below = path.slice(depth + 1).reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  const name = path[depth]!;
  const known = map.items.find(({ key }) => isScalar(key) && key.value === name);
  if (known) return replaced(text, known, below);
  const pair = (step: number) => `${keyText(map, name)}: ${JSON.stringify(below, null, step)}`;
  const last = map.items.at(-1);
  if (!last) return spliceIn(text, map.range[0] + 1, pair(0));
  const end = endOf(last);
  if (end === null || !isPlacedKey(last.key)) return null;
  const indent = lineBefore(text, last.key.range[0]);
  if (/\S/.test(indent)) return spliceIn(text, end, `, ${pair(0)}`);
  // Each in a line of its own.
  const outer = /^[ \t]*/.exec(lineBefore(text, map.range[0]))![0];
  const lines = pair(Math.max(0, indent.length - outer.length)).replaceAll('\n', `\n${indent}`);
  return spliceIn(text, end, `,\n${indent}${lines}`);
}

/** Whether a key is written as JSON has it: then its value is, too. */
export function isJsonKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'QUOTE_DOUBLE';
}

function nodeAt(document: Document.Parsed, path: readonly string[]): unknown {
  return path.length === 0 ? document.contents : document.getIn(path, true);
}

function keyText({ items: [first] }: YAMLMap, name: string): string {
  return first === undefined || isJsonKey(first.key) ? JSON.stringify(name) : name;
}

/** In the place of a value that is empty. */
function replaced(text: string, { value }: Pair, below: unknown): string | null {
  if (!isScalar(value) || value.value !== null || !value.range) return null;
  const [from, to] = value.range;
  return `${text.slice(0, from)}${text[from - 1] === ':' ? ' ' : ''}${JSON.stringify(below)}${text.slice(to)}`;
}

function endOf({ key, value }: Pair): number | null {
  const node = isNode(value) && value.range ? value : key;
  return isNode(node) && node.range ? node.range[1] : null;
}

function lineBefore(text: string, at: number): string {
  return text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
}

function spliceIn(text: string, at: number, part: string): string {
  return `${text.slice(0, at)}${part}${text.slice(at)}`;
}
