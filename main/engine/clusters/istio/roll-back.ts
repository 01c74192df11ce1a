import { plainManifest, switchFilter } from '../../../../app/mesh/filter-switch.ts';
import { objectName } from '../../../../app/mesh/resources.ts';
import { newGeneration } from '../../../new-generation.ts';
import type { KubeClient } from '../../kube/client.ts';
import { isAway, KubeError } from '../../kube/kube-error.ts';
import { type FiltersInPlace, findFilters } from './filters-in-place.ts';
import { removeOwn } from './own-objects.ts';
import { settleAll } from './settle-all.ts';
import { StepList } from './step-list.ts';
import { switchOff, switchOffSteps } from './switch-off.ts';

/** How long the API server may take to have an object gone. Milliseconds. */
const removeTimeout = 20_000;

export interface RolledBack {
  /** What became of it. */
  readonly sentence: string;
  readonly slotInPlace: boolean;
}

/**
 * Undoes what switching on has done so far: a slot that was in place before stays there with what was in it, idle, and nothing
 * else does. One that cannot be made so is removed: what captures does not stay.
 */
export async function rollBack(client: KubeClient, before: FiltersInPlace): Promise<RolledBack> {
  const hadSlot = before.slots.length > 0;
  const refusal = hadSlot ? await restoreOrRefusal(client, before) : '';
  const slot = hadSlot && refusal === '' ? 'keep' : 'remove';
  const { kept } = await switchOff(client, new StepList(switchOffSteps(slot), () => {}), slot, newGeneration());
  const slotInPlace = kept.length > 0;
  const end = slotInPlace ? 'the slot is in place, idle, as before' : 'so was the slot, which could not be set idle';
  const reason = refusal === '' ? '.' : `: ${refusal}`;
  return {
    sentence: `Everything created so far was removed again${hadSlot ? `; ${end}${reason}` : '.'}`,
    slotInPlace,
  };
}

/** @returns why the API server did not take it; '' when it did. @throws KubeError when it is away */
async function restoreOrRefusal(client: KubeClient, before: FiltersInPlace): Promise<string> {
  try {
    await restore(client, before);
    return '';
  } catch (error) {
    if (isAway(error) || !(error instanceof KubeError)) throw error;
    return error.message;
  }
}

async function restore(client: KubeClient, before: FiltersInPlace): Promise<void> {
  const now = await findFilters(client);
  const names = new Set([...before.slots, ...before.filters].map(objectName));
  const added = [...now.slots, ...now.filters].filter((object) => !names.has(objectName(object)));
  await removeOwn(client, added, removeTimeout);
  const idle = { capturing: false, generation: newGeneration() };
  const manifests = [
    ...before.slots.map((slot) => plainManifest(slot)),
    ...before.filters.map((filter) => switchFilter(filter, idle) ?? plainManifest(filter)),
  ];
  await settleAll(manifests.map((manifest) => client.apply(manifest, { force: true })));
}
