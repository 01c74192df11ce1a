import { InvalidArgumentError } from 'commander';
import * as v from 'valibot';
import type { Removal } from '../../../app/mesh/removal.ts';

const names = v.array(v.pipe(v.string(), v.regex(/^[^/]+\/[^/]+$/)));
const schema: v.GenericSchema<unknown, Removal> = v.strictObject({
  filters: names,
  slots: names,
  slot: v.picklist(['remove', 'keep']),
  clusters: names,
  namespace: v.nullable(v.string()),
  clusterRole: v.string(),
  meshNamespace: v.string(),
});

export function toRemoval(text: string): Removal {
  try {
    return v.parse(schema, JSON.parse(text));
  } catch {
    throw new InvalidArgumentError(
      'not {"filters":["namespace/name"],"slots":[…],"slot":"remove","clusters":[…],"namespace":null,"clusterRole":"…","meshNamespace":"…"}',
    );
  }
}
