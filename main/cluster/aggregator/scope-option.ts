import { InvalidArgumentError } from 'commander';
import * as v from 'valibot';
import { type CaptureScope, createCoverage } from '../../../app/mesh/capture-scope.ts';
import { errorText } from '../../log.ts';

const texts = v.array(v.string());
const schema: v.GenericSchema<unknown, CaptureScope> = v.strictObject({
  area: v.variant('kind', [
    v.strictObject({ kind: v.literal('mesh') }),
    v.strictObject({ kind: v.literal('namespaces'), namespaces: texts }),
    v.strictObject({
      kind: v.literal('workloads'),
      workloads: v.array(v.strictObject({ namespace: v.string(), name: v.string() })),
    }),
  ]),
  excludeNamespaces: texts,
  excludePods: texts,
});

/** A scope that cannot be understood must not become a wider one: the program does not start. */
export function toScope(text: string): CaptureScope {
  try {
    const scope = v.parse(schema, JSON.parse(text));
    createCoverage(scope);
    return scope;
  } catch (error) {
    throw new InvalidArgumentError(`not a scope: ${errorText(error)}`);
  }
}
