import type { ClusterInventory } from '../../../app/api/cluster-types.ts';
import type { Suggestion } from '../../ui/chips.tsx';
import { plural } from '../../ui/format.ts';

export function namespaceSuggestions(inventory: ClusterInventory): readonly Suggestion[] {
  return inventory.namespaces.map(({ name, pods, sidecars }) => ({ value: name, detail: podsText(sidecars, pods) }));
}

export function workloadSuggestions(inventory: ClusterInventory): readonly Suggestion[] {
  return inventory.namespaces.flatMap((namespace) =>
    namespace.workloads.map(({ name, kind, pods, sidecars }) => ({
      value: `${namespace.name}/${name}`,
      detail: `${kind} · ${podsText(sidecars, pods)}`,
    })),
  );
}

function podsText(sidecars: number, pods: number): string {
  return sidecars === pods ? plural(pods, 'pod') : `${sidecars} of ${plural(pods, 'pod')}`;
}
