import type { FileNameForm } from '../../capture/file-names.ts';

/**
 * Keys that the section `aspen-mesh-packet-inspector` has. `service`: `enabled` stands for the aggregator and for HTTP.
 * `protocols`: HTTP and Diameter are switched one by one. `exclusions`: the same, and namespaces and pods can be left out.
 */
export type ValuesSchema = 'service' | 'protocols' | 'exclusions';

/** Version of an Aspen Mesh: Istio's with a number of its own, `1.11.8-am1.4`. */
export interface AspenVersion {
  readonly text: string;
  /** `1.11.8`. */
  readonly istio: string;
  /** Numbers after `am`: `[1, 4]`. */
  readonly am: readonly number[];
}

const pattern = /(?:^|[^\d.])v?(\d+\.\d+\.\d+)-am(\d+(?:\.\d+)*)(?!\.?[A-Za-z0-9])/;

/** Finds a version in a text such as an image or a chart's version; null when there is none. */
export function findAspenVersion(text: string): AspenVersion | null {
  const [, istio, numbers] = pattern.exec(text) ?? [];
  if (istio === undefined || numbers === undefined) return null;
  return { text: `${istio}-am${numbers}`, istio, am: numbers.split('.').map(Number) };
}

/** The three versions of 1.11.8 that have Diameter, and the two of them that have exclusions. All others have neither. */
const diameterVersions = ['1.11.8-am1.2', '1.11.8-am1.3', '1.11.8-am1.4'];
const exclusionVersions = ['1.11.8-am1.3', '1.11.8-am1.4'];

export function schemaOf({ text }: AspenVersion): ValuesSchema {
  if (exclusionVersions.includes(text)) return 'exclusions';
  return diameterVersions.includes(text) ? 'protocols' : 'service';
}

/** Whether Diameter can be captured at all. */
export function hasDiameter(schema: ValuesSchema): boolean {
  return schema !== 'service';
}

/** Whether namespaces and pods can be left out. */
export function hasExclusions(schema: ValuesSchema): boolean {
  return schema === 'exclusions';
}

/** How this version's emulator calls its files: am1.2 to am1.4 came out after am3 and call them as it does. */
export function fileNamesOf({ istio, am }: AspenVersion): FileNameForm {
  const [major = 0, minor = 0] = am;
  const order = compareVersions(istio, '1.11.8');
  if (order !== 0) return order < 0 ? 'am2' : 'am3';
  return major >= 3 || (major === 1 && minor >= 2) ? 'am3' : 'am2';
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((text) => text.split('.').map(Number));
  return a?.map((number, index) => number - (b?.[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}
