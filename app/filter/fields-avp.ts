import type { AvpDetail } from '../api/types.ts';
import { AVP_NAMES } from './avp-names.ts';
import { defineField, type FieldType, type FilterField } from './field.ts';
import { diameterValues, type Scalar } from './field-source.ts';

/** All AVPs of the dictionary by name, as Wireshark names them: `diameter.Rating-Group`. Read from both messages, inside groups as well. */
export const AVP_FIELDS: readonly FilterField[] = [
  ...named(AVP_NAMES.numbers, 'number', numberOf),
  ...named(AVP_NAMES.texts, 'string', ({ value }) => value),
  ...named(AVP_NAMES.times, 'time', timeOf),
  ...named(AVP_NAMES.groups, 'group', () => 1),
];

function named(names: string, type: FieldType, read: (avp: AvpDetail) => Scalar | undefined): FilterField[] {
  return names
    .split(' ')
    .map((name) =>
      defineField(`diameter.${name}`, type, `AVP ${name}.`, [
        diameterValues(({ avps }) => valuesOf(avps(), name, read)),
      ]),
    );
}

function valuesOf(
  avps: readonly AvpDetail[],
  name: string,
  read: (avp: AvpDetail) => Scalar | undefined,
  found: Scalar[] = [],
): Scalar[] {
  for (const avp of avps) {
    const value = avp.name === name ? read(avp) : undefined;
    if (value !== undefined) found.push(value);
    if (avp.children.length > 0) valuesOf(avp.children, name, read, found);
  }
  return found;
}

/** `INITIAL_REQUEST (1)` is 1; what is not of its type has no value. */
function numberOf({ value }: AvpDetail): number | undefined {
  const number = Number(/\((-?\d+)\)$/.exec(value)?.[1] ?? value);
  return Number.isNaN(number) || value === '' ? undefined : number;
}

function timeOf({ value }: AvpDetail): number | undefined {
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}
