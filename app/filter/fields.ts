import type { FilterField } from './field.ts';
import { AVP_FIELDS } from './fields-avp.ts';
import { DIAMETER_FIELDS } from './fields-diameter.ts';
import { FLOW_FIELDS } from './fields-flow.ts';
import { HTTP_CALL_FIELDS } from './fields-http.ts';
import { NETWORK_FIELDS } from './fields-network.ts';

/** All fields but those of `AVP_FIELDS`, in the order of the documentation. */
export const FIELDS: readonly FilterField[] = [
  ...HTTP_CALL_FIELDS,
  ...DIAMETER_FIELDS,
  ...NETWORK_FIELDS,
  ...FLOW_FIELDS,
];

const BY_NAME: ReadonlyMap<string, FilterField> = new Map(
  // What the index holds comes last, and so before an AVP of the same name, which would have to be read.
  [...AVP_FIELDS, ...FIELDS].map((field) => [field.name, field]),
);

const ALL: readonly FilterField[] = [...BY_NAME.values()];

const FAMILIES: ReadonlySet<string> = new Set(FIELDS.map((field) => field.name.split('.')[0]!));

/** Finds a field by its exact name. Wireshark's names have letter case: `diameter.Session-Id`. */
export function findField(name: string): FilterField | undefined {
  return BY_NAME.get(name);
}

/** Fields among which a name like this is looked for: AVPs, of which there are thousands, only where they are meant. */
export function fieldsLike(name: string): readonly FilterField[] {
  return name.startsWith('diameter.') ? ALL : FIELDS;
}

/** True for a name that stands where fields stand, `http.something`, whether or not there is such a field. */
export function looksLikeField(name: string): boolean {
  const match = /^([a-z0-9]+)\.[A-Za-z0-9][\w.-]*$/.exec(name);
  return match !== null && FAMILIES.has(match[1]!);
}
