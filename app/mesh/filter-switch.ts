import type { KubernetesObject, Manifest, OwnerReference } from './kubernetes.ts';

/** How the filter in the slots is switched. */
export interface FilterSwitch {
  readonly capturing: boolean;
  /** Never used before in this cluster: Envoy does not configure a filter again with a text that it has had. */
  readonly generation: string;
}

/** The configuration text of the capture filter, as JSON has it: its first and its last key are the switch. */
const configuration = /"capture=(?:on|off);([^"]*?)gen=[^";]*"/g;

/** Whether an EnvoyFilter in the cluster tells the proxies to capture. */
export function isSwitchedOn(filter: KubernetesObject): boolean {
  return /"capture=on;/.test(JSON.stringify(filter));
}

/**
 * The same EnvoyFilter with its capture filter switched, from what is in the cluster, whoever put it there and with whatever
 * options; null when it has no capture filter.
 *
 * @param ownerReferences what it is to go with; as it is when left out
 */
export function switchFilter(
  filter: KubernetesObject,
  { capturing, generation }: FilterSwitch,
  ownerReferences: readonly OwnerReference[] = filter.metadata.ownerReferences ?? [],
): Manifest | null {
  const { spec } = filter as KubernetesObject & { readonly spec?: unknown };
  const text = JSON.stringify(spec ?? null);
  const to = `"capture=${capturing ? 'on' : 'off'};$1gen=${generation}"`;
  if (text.search(configuration) === -1) return null;
  return { ...plainManifest(filter, ownerReferences), spec: JSON.parse(text.replace(configuration, to)) as unknown };
}

/** An object in the cluster as it would be applied to become so again. */
export function plainManifest(
  object: KubernetesObject,
  ownerReferences: readonly OwnerReference[] = object.metadata.ownerReferences ?? [],
): Manifest {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace = '', labels = {} } = metadata;
  const { spec } = object as KubernetesObject & { readonly spec?: unknown };
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, labels, ...(ownerReferences.length > 0 ? { ownerReferences } : {}) },
    spec,
  };
}
