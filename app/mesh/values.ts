import { type CaptureOptions, defaultCaptureOptions } from './capture-options.ts';

/** Key of Packet Inspector's part of an override values file. */
const key = 'aspen-mesh-packet-inspector';

/**
 * Reads the part of an Aspen Mesh override values file that is about Packet Inspector, as its documentation has it:
 * `enabled`, `analysis.address`, `httpCapture.{enabled,excludeNamespaces,excludePods}`, `diameterCapture.{enabled,port}`.
 *
 * @throws Error that names the field which cannot be read
 */
export function captureFromValues(values: unknown): CaptureOptions {
  const own = section(values, key, key);
  const analysis = section(own, 'analysis', `${key}.analysis`);
  const http = section(own, 'httpCapture', `${key}.httpCapture`);
  const diameter = section(own, 'diameterCapture', `${key}.diameterCapture`);
  const address = analysis.address ?? '';
  const port = diameter.port ?? 3868;
  if (typeof address !== 'string') throw new Error(`${key}.analysis.address is not a text`);
  if (typeof port !== 'number') throw new Error(`${key}.diameterCapture.port is not a number`);
  return {
    ...defaultCaptureOptions,
    // Before there was httpCapture, `enabled` meant HTTP.
    http: 'httpCapture' in own ? http.enabled === true : own.enabled === true,
    diameterPort: diameter.enabled === true ? port : null,
    excludeNamespaces: texts(http.excludeNamespaces, `${key}.httpCapture.excludeNamespaces`),
    excludePods: texts(http.excludePods, `${key}.httpCapture.excludePods`),
    analysisAddress: address.startsWith('aspen-mesh-analysis-emulator.') ? '' : address,
  };
}

function section(values: unknown, name: string, path: string): Readonly<Record<string, unknown>> {
  const found: unknown = isObject(values) ? (values[name] ?? {}) : {};
  if (!isObject(found)) throw new Error(`${path} is not a section`);
  return found;
}

function texts(value: unknown, path: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new Error(`${path} is not a list of names`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
