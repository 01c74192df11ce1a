import * as v from 'valibot';
import type { DisablePlan } from '../../../../app/api/cluster-types.ts';
import type { SlotChoice } from '../../../../app/mesh/capture-options.ts';
import type { Lease } from '../../../../app/mesh/kubernetes.ts';
import { readLease } from '../../../../app/mesh/lease.ts';
import { defaultMeshSettings } from '../../../../app/mesh/mesh-settings.ts';
import { analysisNamespace, leaseName } from '../../../../app/mesh/names.ts';
import { objectName, resources } from '../../../../app/mesh/resources.ts';
import { captureOptions } from '../../api/capture-schema.ts';
import type { KubeClient } from '../../kube/client.ts';
import { removalSentences } from './connection-sentences.ts';
import { diameterPortOf, findFilters, slotPlaces } from './filters-in-place.ts';
import { countConnections } from './open-connections.ts';
import { surveyCluster } from './survey.ts';

/** What was chosen when capture was switched on. When nothing captures, a slot that was left in place is to go. */
export async function chosenSlot(client: KubeClient): Promise<SlotChoice> {
  return (await leaseChoice(client)) ?? 'remove';
}

/**
 * The same when the lease has ended. Where it is gone, whoever took it away has chosen: a slot that was to stay belongs to nothing
 * by then, and any other goes with its owner.
 */
export async function slotAtEnd(client: KubeClient): Promise<SlotChoice> {
  const choice = await leaseChoice(client);
  if (choice) return choice;
  const { slots } = await findFilters(client);
  const isLeft = slots.length > 0 && slots.every(({ metadata }) => (metadata.ownerReferences ?? []).length === 0);
  return isLeft ? 'keep' : 'remove';
}

/** null when there is no lease. */
async function leaseChoice(client: KubeClient): Promise<SlotChoice | null> {
  const lease = await client.find<Lease>(resources.lease, analysisNamespace, leaseName);
  if (!lease) return null;
  const capture = v.safeParse(captureOptions, readLease(lease).capture);
  return capture.success ? capture.output.slot : 'remove';
}

/** What there is to choose when capture is switched off. */
export async function planDisable(client: KubeClient): Promise<DisablePlan> {
  const inPlace = await findFilters(client);
  const slots = slotPlaces(inPlace);
  // Without permission for all of a survey, it is told without numbers.
  const survey = await surveyCluster(client).catch(() => null);
  const { drainTime } = survey?.settings ?? defaultMeshSettings;
  const counted = survey?.mesh
    ? await countConnections({
        client,
        slots,
        pods: survey.pods,
        rootNamespace: survey.settings.rootNamespace,
        diameterPort: diameterPortOf(inPlace),
      })
    : [];
  return {
    slot: await chosenSlot(client),
    slotObjects: [...inPlace.slots, ...inPlace.filters].map(objectName),
    connections: [...removalSentences([...new Set(slots.map(({ kind }) => kind))], drainTime), ...counted],
  };
}
