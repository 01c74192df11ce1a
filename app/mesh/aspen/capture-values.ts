import type { CaptureOptions } from '../capture-options.ts';
import { differences } from '../differences.ts';
import { emulatorAddress } from '../names.ts';
import { captureFromValues } from '../values.ts';
import { type AspenMesh, effectiveSection, sectionKey } from './aspen-mesh.ts';
import { hasDiameter, hasExclusions, type ValuesSchema } from './aspen-version.ts';
import { type HelmRelease, isObject, type Values } from './helm-release.ts';

/** One value by its path below `aspen-mesh-packet-inspector`. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** The values to set for this capture. What the schema has no key for is left out. */
export function settingsOn(schema: ValuesSchema, capture: CaptureOptions): readonly Setting[] {
  const settings: Setting[] = [
    { path: ['enabled'], value: true },
    { path: ['analysis', 'address'], value: capture.analysisAddress || emulatorAddress },
  ];
  if (!hasDiameter(schema)) return settings;
  settings.push({ path: ['httpCapture', 'enabled'], value: capture.http });
  if (hasExclusions(schema)) {
    settings.push(
      { path: ['httpCapture', 'excludeNamespaces'], value: capture.excludeNamespaces },
      { path: ['httpCapture', 'excludePods'], value: capture.excludePods },
    );
  }
  settings.push({ path: ['diameterCapture', 'enabled'], value: capture.diameterPort !== null });
  if (capture.diameterPort !== null) {
    settings.push({ path: ['diameterCapture', 'port'], value: capture.diameterPort });
  }
  return settings;
}

/** What is to be set to capture no more: `enabled`, and the switches of HTTP and Diameter where they are present. */
export function settingsOff(section: Values): readonly Setting[] {
  const switches = ['httpCapture', 'diameterCapture'].filter((name) => name in section);
  return [{ path: ['enabled'], value: false }, ...switches.map((name) => ({ path: [name, 'enabled'], value: false }))];
}

/** The user's overrides with the settings in them; all other values are as they were. */
export function withSettings(config: Values, settings: readonly Setting[]): Values {
  return settings.reduce((values, { path, value }) => setAt(values, [sectionKey, ...path], value), config);
}

/** The values with one of them set, in sections that are made where they are missing; order stays. */
export function setAt(values: Values, [name = '', ...rest]: readonly string[], value: unknown): Values {
  const below = values[name];
  return { ...values, [name]: rest.length === 0 ? value : setAt(isObject(below) ? below : {}, rest, value) };
}

/** What these settings change of Packet Inspector's values as the chart sees them, a line for each value. */
export function valueChanges({ chart, config }: HelmRelease, settings: readonly Setting[]): readonly string[] {
  const seen = (overrides: Values) => effectiveSection({ chart, config: overrides });
  const sections = settings.map(({ path }) => path.slice(0, -1)).filter(({ length }) => length > 0);
  const before = sections.reduce(withSection, seen(config));
  return differences({ [sectionKey]: before }, { [sectionKey]: seen(withSettings(config, settings)) });
}

/** A section that is new is shown by its values. */
function withSection(values: Values, [name = '']: readonly string[]): Values {
  return isObject(values[name]) ? values : { ...values, [name]: {} };
}

/** What to capture when nothing else is said: what the release is configured with, and HTTP while it captures nothing. */
export function configuredCapture(mesh: AspenMesh): CaptureOptions {
  const capture = captureOf(mesh);
  return { ...capture, http: capture.http || capture.diameterPort === null };
}

/** What a release captures, as options; those that Aspen Mesh has no value for, and what cannot be read, are the defaults. */
export function captureOf(mesh: AspenMesh): CaptureOptions {
  return readCapture(mesh).capture;
}

/** What cannot be read of a release's section, a sentence each: helm takes any value for what a chart makes of it. */
export function unreadableValues(mesh: AspenMesh): readonly string[] {
  return readCapture(mesh).problems;
}

function readCapture({ release }: AspenMesh): {
  readonly capture: CaptureOptions;
  readonly problems: readonly string[];
} {
  const section = effectiveSection(release);
  const diameter = isObject(section.diameterCapture) ? section.diameterCapture : {};
  const problems: string[] = [];
  const capture = captureFromValues(
    { [sectionKey]: { ...section, diameterCapture: { ...diameter, port: portOf(diameter.port) } } },
    ({ message }) => problems.push(message),
  );
  return { capture, problems };
}

/** The documentation's own snippet leaves the port empty, and a template takes it with quotes as without. */
function portOf(value: unknown): unknown {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : (value ?? undefined);
}
