import { analysisNamespace } from './names.ts';
import { type Resource, resources } from './resources.ts';

/** A kind of our objects, and where they can be. */
export interface OwnKind {
  readonly resource: Resource;
  /**
   * `everywhere`: in all namespaces, or in none. `programs`: only where our programs are, because it takes a permission that
   * nobody should need to read everybody's.
   */
  readonly place: 'everywhere' | 'programs';
}

/** In the order in which they are removed. Pods go with what made them. */
export const ownKinds: readonly OwnKind[] = [
  { resource: resources.envoyFilter, place: 'everywhere' },
  { resource: resources.daemonSet, place: 'programs' },
  { resource: resources.deployment, place: 'programs' },
  { resource: resources.service, place: 'programs' },
  { resource: resources.configMap, place: 'programs' },
  { resource: resources.networkPolicy, place: 'programs' },
  { resource: resources.lease, place: 'programs' },
  { resource: resources.roleBinding, place: 'everywhere' },
  { resource: resources.role, place: 'everywhere' },
  { resource: resources.serviceAccount, place: 'programs' },
  { resource: resources.clusterRoleBinding, place: 'everywhere' },
  { resource: resources.namespace, place: 'everywhere' },
  { resource: resources.clusterRole, place: 'everywhere' },
];

export const podKind: OwnKind = { resource: resources.pod, place: 'everywhere' };

/** Namespaces to list; undefined is all of them, and what is in none. */
export function placesOf({ place }: OwnKind, meshNamespace: string): readonly (string | undefined)[] {
  return place === 'everywhere' ? [undefined] : [...new Set([analysisNamespace, meshNamespace])];
}
