import type { MeshPod } from './pod-reader.ts';
import type { SlotKind, SlotPlace } from './slot-places.ts';

/** Connections that are open at one proxy, those that it takes and those that it makes. */
export type OpenConnections = Readonly<Partial<Record<SlotKind, number>>>;

/** What Envoy's admin is asked for the count of a kind. */
export function connectionsPath(kind: SlotKind): string {
  // One of the few statistics that Istio has each proxy keep, and of what the proxy takes by itself none.
  return kind === 'http' ? `/stats?filter=${encodeURIComponent(httpConnections)}` : '/clusters';
}

const httpConnections = '^http\\.(in|out)bound_.*downstream_cx_active$';

/** Connections of HTTP, of Envoy's `/stats`; null when the proxy keeps no count. */
export function readHttpConnections(stats: string): number | null {
  const counts = [...stats.matchAll(/downstream_cx_active: (\d+)$/gm)].map(([, count]) => Number(count));
  return counts.length === 0 ? null : sum(counts);
}

/** Connections to and from servers on a port, of Envoy's `/clusters`: a TCP proxy has one upstream for each. */
export function readDiameterConnections(clusters: string, port: number): number {
  const lines = clusters.matchAll(/^(?:in|out)bound\|(\d+)\|.*::cx_active::(\d+)$/gm);
  return sum([...lines].filter(([, of]) => Number(of) === port).map(([, , count]) => Number(count)));
}

/** The pods whose proxies get slots that are put there, and so whose connections drain. */
export function podsWithSlot(
  pods: readonly MeshPod[],
  slots: readonly SlotPlace[],
  kind: SlotKind,
  rootNamespace: string,
): readonly MeshPod[] {
  const places = slots.filter((place) => place.kind === kind);
  return pods.filter((pod) => {
    // Gateways have no Diameter.
    if (pod.proxy !== 'sidecar' && !(pod.proxy === 'gateway' && kind === 'http')) return false;
    return places.some(({ target: { namespace, labels } }) => {
      if (namespace !== rootNamespace && namespace !== pod.namespace) return false;
      return Object.entries(labels ?? {}).every(([name, value]) => pod.labels[name] === value);
    });
  });
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
