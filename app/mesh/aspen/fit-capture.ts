import type { CaptureOptions } from '../capture-options.ts';
import { hasDiameter, hasExclusions, type ValuesSchema } from './aspen-version.ts';

/** What was chosen, without what a version of Aspen Mesh has no value for. */
export function fitCapture(schema: ValuesSchema, capture: CaptureOptions): CaptureOptions {
  const excludes = hasExclusions(schema) ? {} : { excludeNamespaces: [], excludePods: [] };
  const protocols = hasDiameter(schema) ? {} : { http: true, diameterPort: null };
  return { ...capture, area: { kind: 'mesh' }, slot: 'remove', ...excludes, ...protocols };
}
