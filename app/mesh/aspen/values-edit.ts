import { type Document, isMap, isNode, isScalar } from 'yaml';
import { readHelmYaml, yamlProblem } from '../helm-yaml.ts';
import { editorText, fileText } from '../values-layout.ts';
import { sectionKey } from './aspen-mesh.ts';
import { type Setting, setAt } from './capture-values.ts';
import { isObject, type Values } from './helm-release.ts';
import { insertedInBraces, isJsonKey } from './values-edit-flow.ts';
import { filledLines, insertedLines } from './values-edit-lines.ts';
import { editedList } from './values-edit-list.ts';
import { unshared } from './values-edit-shared.ts';

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
 * the lines of its items; what is new is put in lines of its own at the end of its section, as far in as the file's others. null leaves
 * a value empty. What is shared by an alias is written out where it is to differ. Everything else stays as it is: comments, line ends
 * and a byte order mark among it.
 *
 * @throws Error when the text is no YAML, or a section is something else
 */
export function editValues(text: string, settings: readonly Setting[]): string {
  const lines = editorText(text);
  const edited = settings.reduce(setValue, lines.text);
  return edited === lines.text ? text : fileText(edited, lines.layout);
}

function setValue(text: string, { path, value }: Setting): string {
  const document = readYaml(text);
  const before = (document.toJS() ?? {}) as Values;
  const wanted = comparable(setAt(before, path, value));
  if (wanted === comparable(before)) return text;
  const isWanted = (edited: string) => {
    const read = readHelmYaml(edited);
    return read.errors.length === 0 && comparable(read.toJS()) === wanted;
  };
  // Each alias that is written out leaves one less.
  for (let source: string | null = text; source !== null; ) {
    const read = readYaml(source);
    const edited = edits(source, read, path, value).find((one) => one !== null && isWanted(one));
    if (edited != null) return edited;
    source = unshared(source, read, path);
  }
  return rewritten(document, path, value, isWanted);
}

/** JSON that is the same for the same values: the order of keys says nothing. */
function comparable(values: unknown): string {
  return JSON.stringify(values, (_, value: unknown) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).sort()) : value,
  );
}

/** Ways to set a value, the one that changes least first; what comes of each has to be looked at. */
function edits(
  text: string,
  document: Document.Parsed,
  path: readonly string[],
  value: unknown,
): readonly (string | null)[] {
  return [
    editedList(text, document.getIn(path, true), value),
    spliced(text, document, path, value),
    insertedLines(text, document, path, value),
    filledLines(text, document, path, value),
    insertedInBraces(text, document, path, value),
  ];
}

/** For a layout that is not usual: the library writes all of it anew, with the comments. */
function rewritten(
  document: Document.Parsed,
  path: readonly string[],
  value: unknown,
  isWanted: (edited: string) => boolean,
): string {
  try {
    document.setIn(path, document.createNode(value));
    const edited = document.toString({ lineWidth: 0 });
    if (isWanted(edited)) return edited;
  } catch {
    // There is something else than a section on the way.
  }
  throw new Error(`${path.join('.')} cannot be set in it`);
}

/** The value's own characters replaced; null when there is no such value. */
function spliced(text: string, document: Document.Parsed, path: readonly string[], value: unknown): string | null {
  const node: unknown = document.getIn(path, true);
  if (!isNode(node) || !node.range) return null;
  const [begin] = node.range;
  const end = begin + text.slice(begin, node.range[1]).trimEnd().length;
  const isJson = isJsonKey(keyOf(document, path));
  if (value === null && !isJson) return `${text.slice(0, begin).trimEnd()}${text.slice(end)}`;
  // An empty value stands right behind its colon.
  const gap = text[begin - 1] === ':' ? ' ' : '';
  return `${text.slice(0, begin)}${gap}${isJson ? JSON.stringify(value) : inline(value)}${text.slice(end)}`;
}

function keyOf(document: Document.Parsed, path: readonly string[]): unknown {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  return isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))?.key : undefined;
}

/** Texts that YAML, or the YAML 1.1 that helm reads, takes for something else when they are not quoted. */
const otherwise = /^(true|false|null|yes|no|on|off|y|n)$/i;

function inline(value: unknown): string {
  if (typeof value === 'string' && /^[a-z]([-\w.:/]*[-\w./])?$/i.test(value) && !otherwise.test(value)) return value;
  return Array.isArray(value) ? `[${value.map((item) => JSON.stringify(item)).join(', ')}]` : JSON.stringify(value);
}

function readYaml(text: string): Document.Parsed {
  const document = readHelmYaml(text);
  const [error] = document.errors;
  if (error) throw new Error(`it ${yamlProblem(error, text).replace(/^not/, 'is not')}`);
  return document;
}
