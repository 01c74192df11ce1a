import type { AspenSummary } from '../../../../app/api/cluster-types.ts';
import type { AspenMesh } from '../../../../app/mesh/aspen/aspen-mesh.ts';
import { type Emulator, emulatorNames } from './emulator.ts';

/** What decides about the values that can be chosen, and what an upgrade would be done with. */
export function summaryOf(mesh: AspenMesh, emulator: Emulator, chartPath: string): AspenSummary {
  const { release, version, schema } = mesh;
  const { name, namespace, revision } = release;
  return {
    version: version.text,
    schema,
    release: `${name} in ${namespace}, revision ${revision}`,
    chart: chartText(mesh),
    chartPath,
    emulators: emulatorNames(emulator),
  };
}

/** What a release folder or archive has to have. */
export function chartText({ release: { chart } }: AspenMesh): string {
  return `${chart.name} ${chart.version}`;
}
