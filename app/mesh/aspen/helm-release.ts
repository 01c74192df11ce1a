import { fromBase64 } from '../../bytes/base64.ts';

/** Values of a chart: a tree of JSON. */
export type Values = Readonly<Record<string, unknown>>;

/** A file of a chart by its path in it. */
export interface ChartFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * A chart as a release keeps it. Subcharts are not part of it: helm does not keep them (its field for them is not written).
 */
export interface ReleaseChart {
  readonly name: string;
  readonly version: string;
  readonly appVersion: string;
  /** Names of the subcharts that it was installed with, as far as the release tells. */
  readonly subcharts: readonly string[];
  /** Chart.yaml as JSON, with what helm added to it. */
  readonly metadata: Values;
  readonly values: Values;
  /** JSON schema of the values; empty when there is none. */
  readonly schema: Uint8Array;
  readonly templates: readonly ChartFile[];
  readonly files: readonly ChartFile[];
}

/** What helm keeps releases in, by the name that its variable HELM_DRIVER has for it. */
export type ReleaseStorage = 'secret' | 'configmap';

/** One revision of a helm release, as helm 3 and 4 keep it in a secret of type `helm.sh/release.v1` or in a ConfigMap. */
export interface HelmRelease {
  readonly storage: ReleaseStorage;
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  /** `deployed`, `failed`, `pending-upgrade`, `superseded`, … */
  readonly status: string;
  readonly description: string;
  readonly chart: ReleaseChart;
  /** What the user overrides. */
  readonly config: Values;
  /** All objects as YAML documents, each after a line `# Source: <chart>/templates/<file>`. */
  readonly manifest: string;
}

/** Type of the secrets, and what secrets and ConfigMaps are found by. */
export const releaseSecretType = 'helm.sh/release.v1';
export const releaseSelector = 'owner=helm';

/**
 * Reads a release out of its object's `data.release`: base64 of helm, around gzip, around JSON; in a secret there is base64 of
 * Kubernetes around all of it.
 *
 * @throws Error with a sentence when it is not that
 */
export function readRelease(
  storage: ReleaseStorage,
  data: string,
  gunzip: (bytes: Uint8Array) => Uint8Array,
): HelmRelease {
  const outer = storage === 'secret' ? fromBase64(data) : new TextEncoder().encode(data);
  const inner = outer && fromBase64(new TextDecoder().decode(outer));
  if (!inner) throw new Error('it is not base64 as helm writes it');
  const isGzip = inner[0] === 0x1f && inner[1] === 0x8b;
  const text = new TextDecoder().decode(isGzip ? gunzip(inner) : inner);
  return releaseOf(storage, JSON.parse(text));
}

function releaseOf(storage: ReleaseStorage, release: unknown): HelmRelease {
  const root = object(release, 'the release');
  const info = object(root.info ?? {}, 'info');
  const chart = object(root.chart, 'chart');
  const metadata = object(chart.metadata, 'chart.metadata');
  return {
    storage,
    name: text(root.name),
    namespace: text(root.namespace),
    revision: typeof root.version === 'number' ? root.version : 0,
    status: text(info.status),
    description: text(info.description),
    chart: {
      name: text(metadata.name),
      version: text(metadata.version),
      appVersion: text(metadata.appVersion),
      subcharts: subchartNames(metadata, chart.lock, text(root.manifest)),
      metadata,
      values: object(chart.values ?? {}, 'chart.values'),
      schema: bytes(chart.schema, 'chart.schema'),
      templates: files(chart.templates, 'chart.templates'),
      files: files(chart.files, 'chart.files'),
    },
    config: object(root.config ?? {}, 'config'),
    manifest: text(root.manifest),
  };
}

/** By what Chart.yaml and Chart.lock name, and by what has been rendered. A subchart that is switched off may be in none. */
function subchartNames(metadata: Values, lock: unknown, manifest: string): readonly string[] {
  const listed = [metadata, isObject(lock) ? lock : {}].flatMap(({ dependencies }) =>
    Array.isArray(dependencies)
      ? dependencies.filter(isObject).map(({ alias, name }) => text(alias) || text(name))
      : [],
  );
  const rendered = [...manifest.matchAll(/^# Source: [^/\s]+\/charts\/([^/\s]+)\//gm)].map(([, name]) => name!);
  return [...new Set([...listed, ...rendered])].sort();
}

function files(list: unknown, where: string): readonly ChartFile[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw new Error(`${where} is not a list`);
  return list.filter(isObject).map(({ name, data }) => ({ name: text(name), bytes: bytes(data, where) }));
}

function bytes(value: unknown, where: string): Uint8Array {
  if (value === undefined || value === null) return new Uint8Array(0);
  const decoded = typeof value === 'string' ? fromBase64(value) : null;
  if (!decoded) throw new Error(`${where} is not base64`);
  return decoded;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function object(value: unknown, where: string): Values {
  if (!isObject(value)) throw new Error(`${where} is missing in it`);
  return value;
}

export function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
