import type { KubernetesObject, Manifest } from './kubernetes.ts';

/**
 * The same EnvoyFilter with its capture filter idle, from what is in the cluster, whoever put it there and with whatever
 * options; null when it has no capture filter.
 */
export function idleFilter(filter: KubernetesObject, generation: string): Manifest | null {
  const { spec } = filter as KubernetesObject & { readonly spec?: unknown };
  const text = JSON.stringify(spec ?? null);
  const idle = text.replace(/"capture=on;([^"]*?)gen=[^";]*"/g, `"capture=off;$1gen=${generation}"`);
  if (idle === text) return null;
  const { apiVersion, kind, metadata } = filter;
  const { name, namespace = '', labels = {}, ownerReferences = [] } = metadata;
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, labels, ownerReferences },
    spec: JSON.parse(idle) as unknown,
  };
}
