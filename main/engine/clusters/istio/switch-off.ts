import type { Remainder } from '../../../../app/api/cluster-types.ts';
import type { KubernetesObject, Manifest } from '../../../../app/mesh/kubernetes.ts';
import { objectName, resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { isCapturingFilter, isClusterFilter, listOwn, lookForRemainder, removeOwn } from './own-objects.ts';
import type { StepList } from './step-list.ts';

export const switchOffSteps = [
  'Capture filters to idle',
  'Remove the capture filters',
  'Remove the way to the aggregators',
  'Remove everything else',
  'Look for what is left',
] as const;

/** Between idle and removal: what the filters still hold gets through. Milliseconds. */
const drainTime = 700;
/** How long the API server may take to have an object gone. Milliseconds. */
const removeTimeout = 20_000;
/** A namespace goes when its pods have ended. Milliseconds. */
const namespaceTimeout = 60_000;

/** Removes everything of ours, whoever put it there: what captures first, its way out next, then the rest. */
export async function switchOff(
  client: KubeClient,
  steps: StepList,
  idle: (filter: KubernetesObject) => Manifest | null,
): Promise<Remainder> {
  const [toIdle, filters, clusters, rest, look] = switchOffSteps;
  const own = await listOwn(client);
  await steps.run(toIdle, async () => {
    const manifests = own.filter(isCapturingFilter).map(idle);
    const changed = manifests.filter((manifest) => manifest !== null);
    await Promise.all(changed.map((manifest) => client.apply(manifest, { force: true })));
    if (changed.length > 0) await new Promise((resolve) => setTimeout(resolve, drainTime));
    return changed.map(objectName).join(', ');
  });
  await steps.run(filters, () => remove(own.filter(isCapturingFilter), removeTimeout));
  await steps.run(clusters, () => remove(own.filter(isClusterFilter), removeTimeout));
  await steps.run(rest, async () => {
    const others = own.filter(({ kind }) => kind !== resources.envoyFilter.kind);
    const owner = others.filter(({ kind }) => kind === resources.clusterRole.kind);
    await remove(
      others.filter((object) => !owner.includes(object)),
      namespaceTimeout,
    );
    await remove(owner, removeTimeout);
    return `${others.length} objects`;
  });
  let remainder: Remainder = { looked: [], left: [] };
  await steps.run(look, async () => {
    remainder = await untilNothingIsLeft(client);
    if (remainder.left.length > 0) throw new Error(`Still there: ${remainder.left.join(', ')}`);
    return 'nothing of ours is left';
  });
  return remainder;

  async function remove(objects: readonly KubernetesObject[], timeout: number): Promise<string> {
    await removeOwn(client, objects, timeout);
    return objects.map(objectName).join(', ');
  }
}

/** Pods end a moment after what made them. */
async function untilNothingIsLeft(client: KubeClient): Promise<Remainder> {
  for (const end = Date.now() + removeTimeout; ; ) {
    const remainder = await lookForRemainder(client);
    if (remainder.left.length === 0 || Date.now() > end) return remainder;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
