import type { CaptureOptions } from '../capture-options.ts';
import { type AspenVersion, hasDiameter, hasExclusions, schemaOf, type ValuesSchema } from './aspen-version.ts';

/** What was chosen, without what a version of Aspen Mesh has no value for. */
export function fitCapture(schema: ValuesSchema, capture: CaptureOptions): CaptureOptions {
  const excludes = hasExclusions(schema) ? {} : { excludeNamespaces: [], excludePods: [] };
  const protocols = hasDiameter(schema) ? {} : { http: true, diameterPort: null };
  return { ...capture, area: { kind: 'mesh' }, slot: 'remove', ...excludes, ...protocols };
}

/** Something that was chosen and a version has no value for: what it cannot, and what to choose. */
export interface Unfitting {
  readonly title: string;
  readonly remedy: string;
}

export function unfitting(version: AspenVersion, capture: CaptureOptions): readonly Unfitting[] {
  const schema = schemaOf(version);
  const name = `Aspen Mesh ${version.text}`;
  const found: Unfitting[] = [];
  const add = (title: string, remedy: string) => found.push({ title, remedy });
  if (capture.area.kind !== 'mesh') {
    add(
      'Aspen Mesh always captures in the whole mesh',
      'Choose the whole mesh, and exclude by name what you do not want.',
    );
  }
  if (!hasExclusions(schema) && capture.excludeNamespaces.length + capture.excludePods.length > 0) {
    add(
      `${name} cannot exclude anything`,
      'Only 1.11.8-am1.3 and 1.11.8-am1.4 can exclude namespaces and pods: remove the exclusions.',
    );
  }
  if (!hasDiameter(schema) && capture.diameterPort !== null) {
    add(`${name} captures no Diameter`, 'Only 1.11.8-am1.2, 1.11.8-am1.3 and 1.11.8-am1.4 can: switch Diameter off.');
  }
  if (!hasDiameter(schema) && !capture.http) add(`${name} captures HTTP alone`, 'Switch HTTP on.');
  if (hasDiameter(schema) && !capture.http && capture.diameterPort === null) {
    add('Neither HTTP nor Diameter is chosen', 'Choose at least one of them.');
  }
  return found;
}
