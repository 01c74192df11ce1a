import { type Document, isMap, isNode, isScalar, parseDocument, stringify, type YAMLMap } from 'yaml';
import { sectionKey } from './aspen-mesh.ts';
import { type Setting, setAt } from './capture-values.ts';
import type { Values } from './helm-release.ts';
import { editedList } from './values-edit-list.ts';

/** Settings below `aspen-mesh-packet-inspector`, as paths of the whole file. */
export function sectionSettings(settings: readonly Setting[]): readonly Setting[] {
  return settings.map(({ path, value }) => ({ path: [sectionKey, ...path], value }));
}

/** What preparing asks for. */
export const preparationSettings: readonly Setting[] = [
  { path: ['citadel', 'enabled'], value: true },
  { path: ['global', 'certificateCustomFields'], value: true },
];

/**
 * A values file with settings in it. Where a value is there already, only its own characters change, of a list in lines only
 * the lines of its items; what is new is put in lines of its own at the end of its section. null leaves a value empty. Everything else, comments among it, stays as it is.
 *
 * @throws Error when the text is no YAML, or a section is something else
 */
export function editValues(text: string, settings: readonly Setting[]): string {
  return settings.reduce(setValue, text);
}

function setValue(text: string, { path, value }: Setting): string {
  const document = readYaml(text);
  const before = (document.toJS() ?? {}) as Values;
  const wanted = JSON.stringify(setAt(before, path, value));
  if (wanted === JSON.stringify(before)) return text;
  const isWanted = (edited: string) => {
    const read = parseDocument(edited, { prettyErrors: false });
    return read.errors.length === 0 && JSON.stringify(read.toJS()) === wanted;
  };
  const edited = [
    editedList(text, document.getIn(path, true), value),
    spliced(text, document, path, value),
    inserted(text, document, path, value),
  ].find((one) => one !== null && isWanted(one));
  if (edited != null) return edited;
  // A layout that is not usual: the library writes all of it anew, with the comments.
  document.setIn(path, document.createNode(value));
  const rewritten = document.toString({ lineWidth: 0 });
  if (!isWanted(rewritten)) throw new Error(`${path.join('.')} cannot be set in it`);
  return rewritten;
}

/** The value's own characters replaced; null when there is no such value. */
function spliced(text: string, document: Document.Parsed, path: readonly string[], value: unknown): string | null {
  const node: unknown = document.getIn(path, true);
  if (!isNode(node) || !node.range) return null;
  const [begin] = node.range;
  const end = begin + text.slice(begin, node.range[1]).trimEnd().length;
  if (value === null) return `${text.slice(0, begin).trimEnd()}${text.slice(end)}`;
  // An empty value stands right behind its colon.
  const gap = text[begin - 1] === ':' ? ' ' : '';
  return `${text.slice(0, begin)}${gap}${inline(value)}${text.slice(end)}`;
}

/** New lines at the end of the innermost section that is there; null when that is not written in lines. */
function inserted(text: string, document: Document.Parsed, path: readonly string[], value: unknown): string | null {
  let depth = path.length - 1;
  while (depth > 0 && !isFilledMap(document.getIn(path.slice(0, depth), true))) depth--;
  const map: unknown = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
  const rest = path.slice(depth).reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  const lines = stringify(rest, { lineWidth: 0, nullStr: '' });
  if (!isFilledMap(map) || !map.range) {
    const isEmpty = document.contents === null;
    return depth === 0 && isEmpty ? `${text.length === 0 || text.endsWith('\n') ? text : `${text}\n`}${lines}` : null;
  }
  const [first] = map.items;
  const key: unknown = first?.key;
  if (!isScalar(key) || !key.range) return null;
  const lineBegin = text.lastIndexOf('\n', key.range[0]) + 1;
  const indent = text.slice(lineBegin, key.range[0]);
  const content = text.slice(0, map.range[1]).trimEnd().length;
  const lineEnd = text.indexOf('\n', content);
  const at = lineEnd < 0 ? text.length : lineEnd;
  return `${text.slice(0, at)}\n${lines.trimEnd().replace(/^/gm, indent)}${text.slice(at)}`;
}

function isFilledMap(node: unknown): node is YAMLMap {
  return isMap(node) && !node.flow && node.items.length > 0;
}

/** Texts that YAML, or the YAML 1.1 that helm reads, takes for something else when they are not quoted. */
const otherwise = /^(true|false|null|yes|no|on|off|y|n)$/i;

function inline(value: unknown): string {
  if (typeof value === 'string' && /^[a-z]([-\w.:/]*[-\w./])?$/i.test(value) && !otherwise.test(value)) return value;
  return Array.isArray(value) ? `[${value.map((item) => JSON.stringify(item)).join(', ')}]` : JSON.stringify(value);
}

function readYaml(text: string): Document.Parsed {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error) throw new Error(`it is not YAML: ${error.message}`);
  return document;
}
