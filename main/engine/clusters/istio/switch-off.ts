import type { Remainder } from '../../../../app/api/cluster-types.ts';
import { analysisNamespaceObject } from '../../../../app/mesh/analysis-namespace.ts';
import type { SlotChoice } from '../../../../app/mesh/capture-options.ts';
import { isSwitchedOn, plainManifest, switchFilter } from '../../../../app/mesh/filter-switch.ts';
import type { KubernetesObject, Manifest } from '../../../../app/mesh/kubernetes.ts';
import { objectName, resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { isAway, KubeError } from '../../kube/kube-error.ts';
import {
  isCapturingFilter,
  isClusterFilter,
  isSlot,
  listOwn,
  lookForRemainder,
  removeOwn,
  whyNamespaceStays,
} from './own-objects.ts';
import { settleAll } from './settle-all.ts';
import type { StepList } from './step-list.ts';

const names = {
  idle: 'Set the capture filters idle',
  filters: 'Remove the capture filters and their slots',
  clusters: 'Remove the route to the aggregators',
  rest: 'Remove everything else',
  look: 'Check what is left',
} as const;

/** The steps of switching off, by what becomes of the slot. */
export function switchOffSteps(slot: SlotChoice): readonly string[] {
  const { idle, filters, clusters, rest, look } = names;
  return slot === 'keep' ? [idle, clusters, rest, look] : [idle, filters, clusters, rest, look];
}

/** Between idle and removal: what the filters still hold gets through. Milliseconds. */
const drainTime = 700;
/** How long the API server may take to have an object gone. Milliseconds. */
const removeTimeout = 20_000;
/** Kubernetes collects what belonged to removed objects within a second, but for a while after its API server was restarted. Milliseconds. */
const collectTimeout = 60_000;
/** A namespace goes when its pods have ended. Milliseconds. */
const namespaceTimeout = 60_000;

/**
 * Removes everything of ours, whoever put it there: what captures first, its way out next, then the rest. A slot that is to stay
 * keeps its filter, idle, and both are made to belong to nothing, so that they do not go with the rest.
 *
 * @param generation never used before in this cluster
 */
export async function switchOff(
  client: KubeClient,
  steps: StepList,
  slot: SlotChoice,
  generation: string,
): Promise<Remainder> {
  const own = await listOwn(client);
  const filters = own.filter(isCapturingFilter);
  const slots = own.filter(isSlot);
  /** Why our namespace stays; '' when it does not. */
  let spared = '';
  await steps.run(names.idle, async () => {
    const idle = { capturing: false, generation };
    const switched = slot === 'keep' ? filters : filters.filter(isSwitchedOn);
    const manifests = switched.map((filter) => switchFilter(filter, idle, slot === 'keep' ? [] : undefined));
    const changed = manifests.filter((manifest) => manifest !== null);
    const kept = slot === 'keep' ? slots.map((one) => plainManifest(one, [])) : [];
    const refusals = await settleAll([...changed, ...kept].map((manifest) => applyOrRefusal(client, manifest)));
    if (changed.length > 0) await new Promise((resolve) => setTimeout(resolve, drainTime));
    const refusal = refusals.find((reason) => reason !== '');
    if (refusal === undefined) return changed.map(objectName).join(', ');
    // What cannot be set idle does not stay, whatever was chosen: a webhook that is down refuses changes, but is not asked about removals.
    if (slot === 'keep') await remove([...filters, ...slots], removeTimeout);
    return `not all could be made idle, so they are removed: ${refusal}`;
  });
  if (slot === 'remove') await steps.run(names.filters, () => remove([...filters, ...slots], removeTimeout));
  await steps.run(names.clusters, () => remove(own.filter(isClusterFilter), removeTimeout));
  await steps.run(names.rest, async () => {
    const others = own.filter(({ kind }) => kind !== resources.envoyFilter.kind);
    const owner = others.filter(({ kind }) => kind === resources.clusterRole.kind);
    const namespaces = others.filter(({ kind }) => kind === resources.namespace.kind);
    await remove(
      others.filter((object) => !owner.includes(object) && !namespaces.includes(object)),
      removeTimeout,
    );
    if (namespaces.length > 0) spared = await removeNamespaces(client, namespaces);
    await remove(owner, removeTimeout);
    return `${others.length - (spared === '' ? 0 : namespaces.length)} objects`;
  });
  let remainder: Remainder = { looked: [], left: [], kept: [], spared: [] };
  await steps.run(names.look, async () => {
    remainder = await untilNothingIsLeft(client, slot, spared);
    const { left, kept } = remainder;
    if (left.length > 0) throw new Error(`Still there: ${left.join(', ')}`);
    const what = kept.length === 0 ? 'nothing of ours is left' : `nothing captures; in place, idle: ${kept.join(', ')}`;
    return [what, ...remainder.spared].join('; but ');
  });
  return remainder;

  async function remove(objects: readonly KubernetesObject[], timeout: number): Promise<string> {
    await removeOwn(client, objects, timeout);
    return objects.map(objectName).join(', ');
  }
}

/** @returns why the API server did not take a change; '' when it did. @throws KubeError when it is away */
async function applyOrRefusal(client: KubeClient, manifest: Manifest): Promise<string> {
  try {
    await client.apply(manifest, { force: true });
    return '';
  } catch (error) {
    if (isAway(error) || !(error instanceof KubeError)) throw error;
    return error.message;
  }
}

/**
 * Removes our namespace when nothing of others is in it; else it is made to belong to nothing.
 *
 * @returns why it stays; '' when it is gone
 */
async function removeNamespaces(client: KubeClient, namespaces: readonly KubernetesObject[]): Promise<string> {
  const spared = await whyNamespaceStays(client);
  if (spared === '') await removeOwn(client, namespaces, namespaceTimeout);
  else await client.apply(analysisNamespaceObject({ owner: null }), { force: true });
  return spared;
}

/** Pods end a moment after what made them. */
async function untilNothingIsLeft(client: KubeClient, slot: SlotChoice, spared: string): Promise<Remainder> {
  for (const end = Date.now() + collectTimeout; ; ) {
    const remainder = await lookForRemainder(client, slot, spared);
    if (remainder.left.length === 0 || Date.now() > end) return remainder;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
