import type { CaptureObjects } from '../../../../app/mesh/capture-objects.ts';
import { differences } from '../../../../app/mesh/differences.ts';
import { switchFilter } from '../../../../app/mesh/filter-switch.ts';
import type { KubernetesObject, Manifest } from '../../../../app/mesh/kubernetes.ts';
import { diameterFilterName, ownSelector } from '../../../../app/mesh/names.ts';
import { objectName, resources } from '../../../../app/mesh/resources.ts';
import { readSlotPlace, type SlotKind, type SlotPlace } from '../../../../app/mesh/slot-places.ts';
import type { KubeClient } from '../../kube/client.ts';
import { isNotFound } from '../../kube/kube-error.ts';
import { isCapturingFilter, isSlot } from './own-objects.ts';

/** The slots of ours that are in the cluster, and what is in them. */
export interface FiltersInPlace {
  readonly slots: readonly KubernetesObject[];
  readonly filters: readonly KubernetesObject[];
}

export async function findFilters(client: KubeClient): Promise<FiltersInPlace> {
  const all = await client
    .list<KubernetesObject>(resources.envoyFilter, { labels: ownSelector })
    .catch((error: unknown) => {
      // A cluster without Istio has no such kind.
      if (isNotFound(error)) return [];
      throw error;
    });
  return { slots: all.filter(isSlot), filters: all.filter(isCapturingFilter) };
}

export function slotPlaces({ slots }: FiltersInPlace): readonly SlotPlace[] {
  return slots.map(readSlotPlace).filter((place) => place !== null);
}

/** Port that the slots for Diameter are in the listeners of; null when there are none. */
export function diameterPortOf({ slots }: FiltersInPlace): number | null {
  const slot = slots.find((object) => kindOf(object) === 'diameter');
  const [, port] = /"portNumber":(\d+)/.exec(JSON.stringify(slot ?? null)) ?? [];
  return port === undefined ? null : Number(port);
}

type Wanted = Pick<CaptureObjects, 'slots' | 'filters'>;

/** Kinds of slots that would be put in, changed or moved: those that are in place as they are wanted stay. */
export function placedKinds(wanted: readonly Manifest[], inPlace: FiltersInPlace): readonly SlotKind[] {
  const placed = wanted.filter((slot) => !isSwitchAlone({ slots: [slot], filters: [] }, inPlace));
  return [...new Set(placed.map(kindOf))];
}

/** Whether nothing but the switch of the filters would change: no proxy gets anything that it does not have. */
export function isSwitchAlone(wanted: Wanted, inPlace: FiltersInPlace): boolean {
  const there = new Map([...inPlace.slots, ...inPlace.filters].map((object) => [objectName(object), object]));
  return [...wanted.slots, ...wanted.filters].every((manifest) => {
    const found = there.get(objectName(manifest));
    return found !== undefined && isSameButSwitch(manifest, found);
  });
}

/** What has to go before others are put there: a slot or its content may reach a proxy by one object alone. */
export function inTheWay(wanted: Wanted, inPlace: FiltersInPlace): readonly KubernetesObject[] {
  const names = new Set([...wanted.slots, ...wanted.filters].map(objectName));
  const kinds = new Set([...wanted.slots, ...wanted.filters].map(kindOf));
  return [...inPlace.filters, ...inPlace.slots].filter(
    (object) => kinds.has(kindOf(object)) && !names.has(objectName(object)),
  );
}

function kindOf(object: KubernetesObject): SlotKind {
  return readSlotPlace(object)?.kind ?? (object.metadata.name.startsWith(diameterFilterName) ? 'diameter' : 'http');
}

function isSameButSwitch(wanted: Manifest, there: KubernetesObject): boolean {
  const [one, other] = [wanted, there].map((object) => specOf(switchFilter(object, sameSwitch) ?? object));
  return differences(one!, other!).length === 0;
}

const sameSwitch = { capturing: false, generation: '' };

function specOf(object: KubernetesObject): object {
  const { spec } = object as KubernetesObject & { readonly spec?: unknown };
  return { spec };
}
