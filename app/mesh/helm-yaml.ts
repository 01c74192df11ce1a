import {
  type Document,
  type DocumentOptions,
  isMap,
  isScalar,
  type ParseOptions,
  parseDocument,
  type Scalar,
  type SchemaOptions,
  stringify,
  type Tags,
  type YAMLMap,
  type YAMLParseError,
} from 'yaml';

/** Of YAML 1.1, but not of helm's reader: dates and times are texts to it, and collections are sections and lists. */
const unknownTags = ['timestamp', 'omap', 'pairs', 'set'].map((name) => `tag:yaml.org,2002:${name}`);

/** YAML as helm reads a values file (sigs.k8s.io/yaml): version 1.1, so that `yes` and `off` are booleans and `<<` merges. */
const reading: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.1',
  prettyErrors: false,
  // A key that is no text is no reason to write to standard error.
  logLevel: 'error',
  customTags: (tags: Tags) =>
    tags.filter((tag) => typeof tag === 'string' || !(unknownTags.includes(tag.tag) || isTime(tag))),
};

/** `12:30`, of base 60. */
function isTime(tag: object): boolean {
  return 'format' in tag && tag.format === 'TIME';
}

/** Reads a values file as helm does. What is wrong is among its `errors`. */
export function readHelmYaml(text: string, options: ParseOptions = {}): Document.Parsed {
  return parseDocument(text, { ...reading, ...options });
}

/** What is wrong with a text that was read, as a sentence without its subject. */
export function yamlProblem({ code, message, pos }: YAMLParseError, text: string): string {
  if (code === 'MULTIPLE_DOCS') return 'begins another document: a values file has only one';
  if (code !== 'DUPLICATE_KEY') return `not YAML: ${message}`;
  // As when a snippet is pasted below a section that is there already.
  const [key = ''] = /^[^:\s]+/.exec(text.slice(pos[0])) ?? [];
  return `has ${key} a second time, and helm would read the last alone: put both under one key`;
}

/** Lines of YAML that helm reads as this value again; null is left empty. */
export function helmYaml(value: unknown, indent = 2): string {
  return stringify(value, { version: '1.1', lineWidth: 0, nullStr: '', indent });
}

/** A section that is written in lines, with something in it. */
export function isFilledMap(node: unknown): node is YAMLMap {
  return isMap(node) && !node.flow && node.items.length > 0;
}

/** What has no value yet: nothing behind its key, `null`, or an empty section. */
export function isEmptyNode(node: unknown): boolean {
  return node == null || (isScalar(node) && node.value === null) || (isMap(node) && node.items.length === 0);
}

/** A key whose place in the text is known. */
export type PlacedKey = Scalar & { readonly range: readonly [number, number, number] };

export function isPlacedKey(key: unknown): key is PlacedKey {
  return isScalar(key) && key.range != null;
}
