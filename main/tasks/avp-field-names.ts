/**
 * Writes app/filter/avp-names.ts: the names that filters know AVPs by, and what their values are, out of the dictionary in
 * resources/. The view checks and completes filters with them and has no files. Run it after diameter-dictionary.ts:
 *
 *     npx node main/tasks/avp-field-names.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AvpType, createDictionary, type DiameterDictionary } from '../../app/decode/diameter/dictionary.ts';
import { root } from './paths.ts';

type ValueKind = 'numbers' | 'texts' | 'times' | 'groups';

function kindOf(type: AvpType): ValueKind {
  switch (type) {
    case 'Integer32':
    case 'Integer64':
    case 'Unsigned32':
    case 'Unsigned64':
    case 'Float32':
    case 'Float64':
    case 'Enumerated':
      return 'numbers';
    case 'Time':
      return 'times';
    case 'Grouped':
      return 'groups';
    default:
      return 'texts';
  }
}

/** Names by what their values are; one that vendors use for different kinds is text, which all are shown as. */
export function avpNames(dictionary: DiameterDictionary): Readonly<Record<ValueKind, readonly string[]>> {
  const kinds = new Map<string, ValueKind>();
  for (const { name, type } of dictionary.all) {
    const kind = kindOf(type);
    kinds.set(name, kinds.has(name) && kinds.get(name) !== kind ? 'texts' : kind);
  }
  const names = (wanted: ValueKind) => [...kinds].flatMap(([name, kind]) => (kind === wanted ? [name] : [])).sort();
  return { numbers: names('numbers'), texts: names('texts'), times: names('times'), groups: names('groups') };
}

if (import.meta.main) {
  const file = join(root, 'resources', 'dictionaries', 'diameter.json');
  const names = avpNames(createDictionary(JSON.parse(readFileSync(file, 'utf8'))));
  const lines = Object.entries(names).map(([kind, list]) => `  ${kind}:\n    '${list.join(' ')}',\n`);
  const text = `/**
 * Names of AVPs by what their values are, separated by spaces. Written by main/tasks/avp-field-names.ts out of the
 * Diameter dictionary: do not edit.
 */
export const AVP_NAMES = {
${lines.join('')}} as const;
`;
  writeFileSync(join(root, 'app', 'filter', 'avp-names.ts'), text);
}
