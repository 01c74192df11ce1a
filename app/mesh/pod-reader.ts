import type { ClusterInventory, NamespaceSummary, WorkloadSummary } from '../api/cluster-types.ts';
import type { Pod } from './kubernetes.ts';
import type { Mesh } from './mesh-reader.ts';

/** What is known of a pod for the scope of a capture. */
export interface MeshPod {
  readonly namespace: string;
  readonly pod: string;
  readonly workload: string;
  /** `Deployment`, …; `Pod` for one that nobody owns. */
  readonly workloadKind: string;
  readonly hasSidecar: boolean;
  readonly node: string;
  /** Labels that its workload's pods have in common. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Labels by which controllers tell generations and single pods apart. */
const ownOfPod = ['pod-template-hash', 'controller-revision-hash', 'statefulset.kubernetes.io/pod-name'];

/** Reads the pods that run; those that have ended are left out. */
export function readPods(pods: readonly Pod[]): MeshPod[] {
  return pods.filter(isAlive).map((pod) => {
    const { name, kind } = workloadOf(pod);
    const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
    return {
      namespace: pod.metadata.namespace ?? '',
      pod: pod.metadata.name,
      workload: name,
      workloadKind: kind,
      // Also as an init container that goes on running, and as the only container of a gateway.
      hasSidecar: containers.some((container) => container.name === 'istio-proxy'),
      node: pod.spec.nodeName ?? '',
      labels: Object.fromEntries(
        Object.entries(pod.metadata.labels ?? {}).filter(([label]) => !ownOfPod.includes(label)),
      ),
    };
  });
}

function isAlive({ status }: Pod): boolean {
  return status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

/** The Deployment above a ReplicaSet is read from the ReplicaSet's name, as Istio's injector does it. */
function workloadOf({ metadata }: Pod): { readonly name: string; readonly kind: string } {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (!owner) return { name: metadata.name, kind: 'Pod' };
  const hash = metadata.labels?.['pod-template-hash'] ?? '';
  if (owner.kind === 'ReplicaSet' && hash !== '' && owner.name.endsWith(`-${hash}`)) {
    return { name: owner.name.slice(0, -hash.length - 1), kind: 'Deployment' };
  }
  return { name: owner.name, kind: owner.kind };
}

/** Sums the pods up by namespace and workload. */
export function inventoryOf(mesh: Mesh | null, nodes: number, pods: readonly MeshPod[]): ClusterInventory {
  const namespaces = new Map<string, Map<string, WorkloadSummary>>();
  for (const { namespace, workload, workloadKind, hasSidecar } of pods) {
    const workloads = namespaces.get(namespace) ?? new Map<string, WorkloadSummary>();
    namespaces.set(namespace, workloads);
    const known = workloads.get(workload) ?? { name: workload, kind: workloadKind, pods: 0, sidecars: 0 };
    workloads.set(workload, { ...known, pods: known.pods + 1, sidecars: known.sidecars + (hasSidecar ? 1 : 0) });
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
