import { aggregatorName } from '../names.ts';
import { type AspenVersion, findAspenVersion, schemaOf, type ValuesSchema } from './aspen-version.ts';
import { type HelmRelease, isObject, type Values } from './helm-release.ts';

/** Key of Packet Inspector's section in the values, and name of its subchart. */
export const sectionKey = 'aspen-mesh-packet-inspector';

/** An Aspen Mesh as its helm release shows it. */
export interface AspenMesh {
  readonly release: HelmRelease;
  readonly version: AspenVersion;
  readonly schema: ValuesSchema;
  /** Where the control plane is: most often where its release is, too. */
  readonly namespace: string;
}

/**
 * Recognises Aspen Mesh by a release whose values know Packet Inspector, or that has its DaemonSet; null when it is another
 * release, or one whose version says nothing of Aspen Mesh. `image` is the control plane's, for where the release is silent.
 */
export function readAspenMesh(
  release: HelmRelease,
  image = '',
  namespace: string = release.namespace,
): AspenMesh | null {
  const { chart, config, manifest } = release;
  const knows = sectionKey in chart.values || sectionKey in config || hasObject(manifest, 'DaemonSet', aggregatorName);
  if (!knows) return null;
  const texts = [chart.appVersion, chart.version, tagOf(config), tagOf(chart.values), image];
  const version = texts.map(findAspenVersion).find((found) => found !== null);
  return version ? { release, version, schema: schemaOf(version), namespace } : null;
}

/** Packet Inspector's section as the chart sees it: its defaults with the user's overrides on them. */
export function effectiveSection({ chart, config }: Pick<HelmRelease, 'chart' | 'config'>): Values {
  return coalesce(section(chart.values), section(config));
}

/** Whether Packet Inspector is enabled, by what a template takes for true: any text is, "false" as well. */
export function isEnabled(release: Pick<HelmRelease, 'chart' | 'config'>): boolean {
  return Boolean(effectiveSection(release).enabled);
}

/** Whether the chart that a release keeps can make Packet Inspector's objects: helm keeps no subcharts. */
export function keepsInspector({ chart }: Pick<HelmRelease, 'chart'>): boolean {
  const texts = chart.templates.map(({ bytes }) => new TextDecoder().decode(bytes));
  const makesIt = texts.some((text) => text.includes('kind: DaemonSet') && text.includes(aggregatorName));
  return makesIt && chart.subcharts.length === 0;
}

/** Whether a rendered manifest has an object. Reads the head of each document, as helm writes it. */
export function hasObject(manifest: string, kind: string, name: string): boolean {
  return manifest
    .split(/^---$/m)
    .some(
      (document) =>
        new RegExp(`^kind: ["']?${kind}["']?\\s*$`, 'm').test(document) &&
        new RegExp(`^ {2}name: ["']?${name}["']?\\s*$`, 'm').test(document),
    );
}

/** Tag of the images that a chart installs by itself, as Istio's charts have it; ''. */
export function tagOf(values: Values): string {
  const { global } = values;
  return isObject(global) && typeof global.tag === 'string' ? global.tag : '';
}

function section(values: Values): Values {
  const found = values[sectionKey];
  return isObject(found) ? found : {};
}

/** As helm does it: tables are merged, anything else is replaced, null removes. */
function coalesce(below: Values, above: Values): Values {
  const result: Record<string, unknown> = { ...below };
  for (const [name, value] of Object.entries(above)) {
    const old = result[name];
    if (value === null) delete result[name];
    else result[name] = isObject(old) && isObject(value) ? coalesce(old, value) : value;
  }
  return result;
}
