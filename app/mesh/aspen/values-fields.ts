import { sectionKey } from './aspen-mesh.ts';
import { hasDiameter, hasExclusions } from './aspen-version.ts';
import type { Setting } from './capture-values.ts';
import type { ValuesReader } from './values-problems.ts';

/** A value that a form asks for. */
export interface ValuesField {
  /** Below `aspen-mesh-packet-inspector`. */
  readonly path: readonly string[];
  readonly kind: 'switch' | 'text' | 'number' | 'list';
}

const always: readonly ValuesField[] = [
  { path: ['enabled'], kind: 'switch' },
  { path: ['analysis', 'address'], kind: 'text' },
];
const http: ValuesField = { path: ['httpCapture', 'enabled'], kind: 'switch' };
const exclusions: readonly ValuesField[] = [
  { path: ['httpCapture', 'excludeNamespaces'], kind: 'list' },
  { path: ['httpCapture', 'excludePods'], kind: 'list' },
];
const diameter: readonly ValuesField[] = [
  { path: ['diameterCapture', 'enabled'], kind: 'switch' },
  { path: ['diameterCapture', 'port'], kind: 'number' },
];
const limits: readonly ValuesField[] = [
  { path: ['resources', 'limits', 'cpu'], kind: 'text' },
  { path: ['resources', 'limits', 'memory'], kind: 'text' },
];
const own: readonly ValuesField[] = [
  { path: ['capture', 'namespaces'], kind: 'list' },
  { path: ['capture', 'workloads'], kind: 'list' },
  { path: ['capture', 'bodyLimit'], kind: 'number' },
  { path: ['capture', 'redact'], kind: 'list' },
  { path: ['capture', 'image'], kind: 'text' },
];

/** The keys of the documentation's snippet for a reader of values, in its order. */
function documentedFields(reader: ValuesReader): readonly ValuesField[] {
  if (reader === 'own') return [...always, http, ...exclusions, ...diameter];
  return [...always, ...(hasDiameter(reader) ? [http, ...(hasExclusions(reader) ? exclusions : []), ...diameter] : [])];
}

/** What a form asks for, in order. */
export function valuesFields(reader: ValuesReader): readonly ValuesField[] {
  return [...documentedFields(reader), ...(reader === 'own' ? own : limits)];
}

/** The documentation's snippet: everything switched off and left empty. Paths of the whole file. */
export function snippetSettings(reader: ValuesReader): readonly Setting[] {
  const empty = { switch: false, text: null, number: null, list: [] };
  return documentedFields(reader).map(({ path, kind }) => ({ path: [sectionKey, ...path], value: empty[kind] }));
}
