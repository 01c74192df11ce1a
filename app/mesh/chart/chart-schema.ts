import { largestBodyLimit } from '../capture-options.ts';

/** A part of a JSON schema (draft 7), which helm checks values against before it does anything. */
type Schema = Readonly<Record<string, unknown>>;

/** What may be left empty, as the documentation's own snippets do. */
const orEmpty = (type: string, rest: Schema = {}): Schema => ({ type: [type, 'null'], ...rest });
const section = (properties: Readonly<Record<string, Schema>>): Schema =>
  orEmpty('object', { additionalProperties: false, properties });
const texts = orEmpty('array', { items: { type: 'string' } });
const enabled = orEmpty('boolean');
const quantities = orEmpty('object', { additionalProperties: { type: ['string', 'number'] } });

const resources = section({ requests: quantities, limits: quantities });
const image = orEmpty('string', { pattern: '^\\S*$' });

/** Of the mesh's control plane. */
const mesh = {
  clusterDomain: orEmpty('string'),
  trustDomain: orEmpty('string'),
  certificateService: orEmpty('string'),
};

/** The keys of `aspen-mesh-packet-inspector` in Aspen Mesh's documentation, and our own. */
const inspectorKeys: Readonly<Record<string, Schema>> = {
  enabled,
  analysis: section({ address: orEmpty('string', { pattern: '^$|^[a-z0-9]([-a-z0-9.]*[a-z0-9])?:[0-9]{1,5}$' }) }),
  httpCapture: section({ enabled, excludeNamespaces: texts, excludePods: texts }),
  diameterCapture: section({ enabled, port: orEmpty('integer', { minimum: 1, maximum: 65_535 }) }),
  resources,
  capture: section({
    namespaces: texts,
    workloads: texts,
    image,
    bodyLimit: orEmpty('integer', { minimum: 0, maximum: largestBodyLimit }),
    redact: texts,
  }),
  istioVersion: orEmpty('string', { pattern: '^[0-9]+[.][0-9]+' }),
  ...mesh,
};

/**
 * values.schema.json of the chart of our aggregator and filters. The section of an override values file is strict; around it
 * are the sections of others, and where the chart is a subchart the same keys without it.
 */
export const inspectorSchema = schemaText({
  ...inspectorKeys,
  'aspen-mesh-packet-inspector': section(inspectorKeys),
});

/** values.schema.json of the chart of the analysis service. */
export const emulatorSchema = schemaText({
  capture: section({ image, fileNames: { enum: ['am2', 'am3'] } }),
  resources,
  meshNamespace: orEmpty('string'),
  ...mesh,
});

function schemaText(properties: Readonly<Record<string, Schema>>): string {
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', properties };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
