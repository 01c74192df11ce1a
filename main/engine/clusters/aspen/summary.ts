import type { AspenSummary } from '../../../../app/api/cluster-types.ts';
import type { AspenMesh } from '../../../../app/mesh/aspen/aspen-mesh.ts';
import { type Emulator, emulatorNames } from './emulator.ts';

/** What decides about the values that can be chosen, and what an upgrade would be done with. */
export function summaryOf(
  { release, version, schema }: AspenMesh,
  emulator: Emulator,
  chartPath: string,
): AspenSummary {
  const { name, namespace, revision, chart } = release;
  return {
    version: version.text,
    schema,
    release: `${name} in ${namespace}, revision ${revision}`,
    chart: `${chart.name} ${chart.version}`,
    chartPath,
    emulators: emulatorNames(emulator),
  };
}
