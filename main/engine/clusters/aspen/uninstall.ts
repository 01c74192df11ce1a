import type { Remainder } from '../../../../app/api/cluster-types.ts';
import type { KubernetesObject } from '../../../../app/mesh/kubernetes.ts';
import { analysisNamespace, diameterFilterName, httpFilterName, leaseName } from '../../../../app/mesh/names.ts';
import { objectName, resources } from '../../../../app/mesh/resources.ts';
import { removeOwn } from '../istio/own-objects.ts';
import type { StepList } from '../istio/step-list.ts';
import { findEmulator, uninstallEmulator } from './emulator.ts';
import {
  type AspenSwitch,
  alreadyOff,
  lookForInspector,
  objectNamespace,
  switchOff,
  switchOffSteps,
} from './switch.ts';

export const uninstallSteps = [
  'Delete the capture filters',
  ...switchOffSteps,
  'Uninstall the analysis service',
  'Check what is left',
] as const;

/** Everything that the documentation's "Uninstall" asks for, in its order; each step does nothing where nothing is left. */
export async function uninstall(target: AspenSwitch, isEnabled: boolean, steps: StepList): Promise<Remainder> {
  const { client, helm } = target;
  const [filters, , , , emulator, look] = uninstallSteps;
  await steps.run(filters, async () => {
    const found = await Promise.all(
      [httpFilterName, diameterFilterName].map((name) =>
        client.find<KubernetesObject>(resources.envoyFilter, objectNamespace, name),
      ),
    );
    const there = found.filter((object) => object !== null);
    await removeOwn(client, there, 20_000);
    return there.map(objectName).join(', ') || 'none found';
  });
  // The filters are gone from the cluster, but the release may still want them: disabling says otherwise there.
  if (isEnabled) await switchOff(target, steps);
  else for (const step of switchOffSteps) await steps.run(step, async () => alreadyOff);
  let spared: readonly string[] = [];
  await steps.run(emulator, async () => {
    await client.delete(resources.lease, analysisNamespace, leaseName);
    const uninstalled = await uninstallEmulator(client, helm);
    spared = uninstalled.spared;
    return uninstalled.removed.join(', ') || 'none found';
  });
  let remainder: Remainder = { looked: [], left: [], kept: [], spared: [] };
  await steps.run(look, async () => {
    const [mesh, { releases, pods }] = await Promise.all([lookForInspector(client), findEmulator(client)]);
    remainder = {
      looked: [...mesh.looked, `releases and pods of the analysis emulator in ${analysisNamespace}`],
      kept: [],
      spared,
      left: [
        ...mesh.left,
        ...releases.map(({ name }) => `helm release ${name}`),
        ...pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(objectName),
      ],
    };
    if (remainder.left.length > 0) throw new Error(`Still there: ${remainder.left.join(', ')}`);
    return spared.length === 0 ? 'nothing is left' : `nothing is left but ${spared.length} objects that others use`;
  });
  return remainder;
}
