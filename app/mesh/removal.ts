import type { SlotChoice } from './capture-options.ts';
import { type CaptureSite, filterNamespaces } from './capture-site.ts';
import { analysisNamespace, clusterFilterName, diameterFilterName, httpFilterName, leaseKeeperName } from './names.ts';
import { type SlotKind, slotName } from './slot-places.ts';

/** What the lease keeper does when the lease has run out, in this order. JSON: it is an argument of the program. */
export interface Removal {
  /** EnvoyFilters that capture, as `namespace/name`: they are made idle before anything else. */
  readonly filters: readonly string[];
  /** EnvoyFilters with the slots that the filters are in. */
  readonly slots: readonly string[];
  /** Whether slots and filters then go or stay. */
  readonly slot: SlotChoice;
  /** EnvoyFilters with the capture cluster. */
  readonly clusters: readonly string[];
  /** Ours, that goes as well when nothing of others is in it; null when it is not ours. */
  readonly namespace: string | null;
  /** Owner of everything else. */
  readonly clusterRole: string;
  /** Where an Event tells of it. */
  readonly meshNamespace: string;
}

/** Names of the EnvoyFilters of a target, those that capture. */
export function filterNames(suffix: string): Readonly<Record<SlotKind, string>> {
  const end = suffix === '' ? '' : `-${suffix}`;
  return { http: `${httpFilterName}${end}`, diameter: `${diameterFilterName}${end}` };
}

/** Who owns the slots and what is in them: nobody when they are to stay after all the rest. */
export function filterOwner({ capture, owner }: Pick<CaptureSite, 'capture' | 'owner'>): Pick<CaptureSite, 'owner'> {
  return { owner: capture.slot === 'keep' ? null : owner };
}

export function filterRemoval(
  site: Pick<CaptureSite, 'capture' | 'targets' | 'slots' | 'meshNamespace' | 'ownsNamespace'>,
): Removal {
  // What is in a slot that was left in place may have a wider target than what is captured now.
  const targets = [...site.targets, ...site.slots.map(({ target }) => target)];
  const filters = targets.flatMap(({ namespace, suffix }) => {
    const { http, diameter } = filterNames(suffix);
    return [`${namespace}/${http}`, `${namespace}/${diameter}`];
  });
  const slots = site.slots.map((place) => `${place.target.namespace}/${slotName(place)}`);
  const clusters = filterNamespaces(site).map((namespace) => `${namespace}/${clusterFilterName}`);
  return {
    filters: [...new Set(filters)],
    slots,
    slot: site.capture.slot,
    clusters,
    namespace: site.ownsNamespace ? analysisNamespace : null,
    clusterRole: leaseKeeperName,
    meshNamespace: site.meshNamespace,
  };
}
