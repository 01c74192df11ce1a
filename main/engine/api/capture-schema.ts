import * as v from 'valibot';
import { type CaptureOptions, largestBodyLimit, longestLease } from '../../../app/mesh/capture-options.ts';
import { excludeProblem } from '../../../app/mesh/name-matcher.ts';
import { headerNameForm, imageForm, kubernetesNameForm } from '../../../app/mesh/option-forms.ts';

export const kubernetesName = v.pipe(v.string(), v.regex(kubernetesNameForm, 'not the name of a Kubernetes object'));
/** Names or regular expressions. */
const excludes = v.pipe(
  v.array(
    v.pipe(
      v.string(),
      v.maxLength(500),
      v.check(
        (text) => excludeProblem(text) === '',
        ({ input }) => excludeProblem(input),
      ),
    ),
  ),
  v.maxLength(200),
);

/** Minutes of a lease; null for one without an end. */
export const leaseMinutes = v.nullable(v.pipe(v.number(), v.minValue(0.05), v.maxValue(longestLease)));

export const slotChoice = v.picklist(['remove', 'keep']);

export const captureOptions: v.GenericSchema<unknown, CaptureOptions> = v.strictObject({
  area: v.variant('kind', [
    v.strictObject({ kind: v.literal('mesh') }),
    v.strictObject({
      kind: v.literal('namespaces'),
      namespaces: v.pipe(v.array(kubernetesName), v.minLength(1), v.maxLength(200)),
    }),
    v.strictObject({
      kind: v.literal('workloads'),
      workloads: v.pipe(
        v.array(v.strictObject({ namespace: kubernetesName, name: kubernetesName })),
        v.minLength(1),
        v.maxLength(200),
      ),
    }),
  ]),
  excludeNamespaces: excludes,
  excludePods: excludes,
  http: v.boolean(),
  diameterPort: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535))),
  bodyLimit: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(largestBodyLimit)),
  redact: v.pipe(
    v.array(v.pipe(v.string(), v.regex(headerNameForm, 'not the name of a header field'))),
    v.maxLength(200),
  ),
  minutes: leaseMinutes,
  slot: slotChoice,
  image: v.pipe(v.string(), v.regex(imageForm, 'not the name of an image')),
  analysisAddress: v.pipe(v.string(), v.regex(/^$|^[\w.-]{1,253}:\d{1,5}$/, 'not host:port')),
});
