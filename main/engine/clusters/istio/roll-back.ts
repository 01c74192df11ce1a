import { plainManifest, switchFilter } from '../../../../app/mesh/filter-switch.ts';
import { objectName } from '../../../../app/mesh/resources.ts';
import { newGeneration } from '../../../new-generation.ts';
import type { KubeClient } from '../../kube/client.ts';
import { type FiltersInPlace, findFilters } from './filters-in-place.ts';
import { removeOwn } from './own-objects.ts';
import { settleAll } from './settle-all.ts';
import { StepList } from './step-list.ts';
import { switchOff, switchOffSteps } from './switch-off.ts';

/** How long the API server may take to have an object gone. Milliseconds. */
const removeTimeout = 20_000;

/**
 * Undoes what switching on has done so far: a slot that was in place before stays there with what was in it, idle, and nothing
 * else does.
 *
 * @returns what became of it, as a sentence
 */
export async function rollBack(client: KubeClient, before: FiltersInPlace): Promise<string> {
  const slot = before.slots.length > 0 ? 'keep' : 'remove';
  if (slot === 'keep') await restore(client, before);
  await switchOff(client, new StepList(switchOffSteps(slot), () => {}), slot, newGeneration());
  return `Everything created so far was removed again${slot === 'keep' ? '; the slot is in place, idle, as before' : ''}.`;
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
