import type { ClusterInventory, NamespaceSummary, WorkloadSummary } from '../api/cluster-types.ts';
import { type InjectionSite, isProxyless, type NoSidecarReason, whyNoSidecar } from './injection.ts';
import type { Pod } from './kubernetes.ts';
import type { Mesh } from './mesh-reader.ts';
import { templateLabels, workloadOf } from './workload-reader.ts';

/** What Istio's proxy of a pod is. A waypoint stands apart from the pods that it serves. */
export type ProxyKind = 'sidecar' | 'gateway' | 'waypoint';

/** What is known of a pod for the scope of a capture. */
export interface MeshPod {
  readonly namespace: string;
  readonly pod: string;
  readonly workload: string;
  /** `Deployment`, …; `Pod` for one that nobody owns. */
  readonly workloadKind: string;
  readonly proxy: ProxyKind | null;
  /** null where there is a proxy. */
  readonly noSidecar: NoSidecarReason | null;
  readonly node: string;
  /** Labels that it has from its workload. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Reads the pods that run; those that have ended, or are ending, are left out. */
export function readPods(pods: readonly Pod[], site: InjectionSite): MeshPod[] {
  return pods.filter(isAlive).map((pod) => {
    const { name, kind } = workloadOf(pod);
    const proxy = isProxyless(pod) ? null : proxyOf(pod);
    return {
      namespace: pod.metadata.namespace ?? '',
      pod: pod.metadata.name,
      workload: name,
      workloadKind: kind,
      proxy,
      noSidecar: proxy === null ? whyNoSidecar(pod, site) : null,
      node: pod.spec.nodeName ?? '',
      labels: templateLabels(pod),
    };
  });
}

/** Whether captures of the pod can come: of sidecars, and of gateways where HTTP is wanted. Waypoints are not covered. */
export function canCapture({ proxy }: Pick<MeshPod, 'proxy'>, protocols: { readonly http: boolean }): boolean {
  return proxy === 'sidecar' || (proxy === 'gateway' && protocols.http);
}

function isAlive({ metadata, status }: Pod): boolean {
  return !metadata.deletionTimestamp && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

/** By the container, which may also be an init container that goes on running, and its role among pilot-agent's arguments. */
function proxyOf({ spec }: Pod): ProxyKind | null {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  const proxy = containers.find(({ name }) => name === 'istio-proxy');
  if (!proxy) return null;
  const [command, role] = proxy.args ?? [];
  if (command === 'proxy' && role === 'router') return 'gateway';
  return command === 'proxy' && role === 'waypoint' ? 'waypoint' : 'sidecar';
}

/** Sums the pods up by namespace and workload. */
export function inventoryOf(mesh: Mesh | null, nodes: number, pods: readonly MeshPod[]): ClusterInventory {
  const namespaces = new Map<string, Map<string, WorkloadSummary>>();
  for (const { namespace, workload, workloadKind, proxy } of pods) {
    const workloads = namespaces.get(namespace) ?? new Map<string, WorkloadSummary>();
    namespaces.set(namespace, workloads);
    const known = workloads.get(workload) ?? { name: workload, kind: workloadKind, pods: 0, sidecars: 0 };
    const sidecars = known.sidecars + (proxy === 'sidecar' || proxy === 'gateway' ? 1 : 0);
    workloads.set(workload, { ...known, pods: known.pods + 1, sidecars });
  }
  const summaries: NamespaceSummary[] = [...namespaces].map(([name, workloads]) => {
    const all = [...workloads.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return { name, pods: sum(all, 'pods'), sidecars: sum(all, 'sidecars'), workloads: all };
  });
  return {
    mesh: mesh ? `${mesh.product} ${mesh.version}`.trim() : '',
    revisions: mesh?.revisions ?? [],
    nodes,
    pods: pods.length,
    sidecars: sum(summaries, 'sidecars'),
    namespaces: summaries.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function sum(
  items: readonly { readonly pods: number; readonly sidecars: number }[],
  what: 'pods' | 'sidecars',
): number {
  return items.reduce((total, item) => total + item[what], 0);
}
