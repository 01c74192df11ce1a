import type { CaptureArea, WorkloadName } from './capture-options.ts';
import type { FilterTarget } from './capture-site.ts';
import type { MeshPod } from './pod-reader.ts';
import { commonLabels } from './workload-reader.ts';

/**
 * Which proxies get EnvoyFilters for an area. One in the mesh's root namespace holds for the whole mesh unless it selects
 * workloads, so that namespace is never chosen as a whole.
 *
 * @throws Error when a workload cannot be told from others by its pods' labels
 */
export function filterTargets(
  area: CaptureArea,
  rootNamespace: string,
  pods: readonly MeshPod[],
): readonly FilterTarget[] {
  switch (area.kind) {
    case 'mesh':
      return [{ namespace: rootNamespace, suffix: '', labels: null }];
    case 'namespaces':
      return area.namespaces.flatMap((namespace) =>
        namespace === rootNamespace
          ? workloadsWithProxies(namespace, pods).map((workload) => workloadTarget(workload, pods))
          : [{ namespace, suffix: '', labels: null }],
      );
    case 'workloads':
      return area.workloads.map((workload) => workloadTarget(workload, pods));
  }
}

function workloadsWithProxies(namespace: string, pods: readonly MeshPod[]): readonly WorkloadName[] {
  const names = pods.filter((pod) => pod.namespace === namespace && pod.proxy !== null).map(({ workload }) => workload);
  return [...new Set(names)].sort().map((name) => ({ namespace, name }));
}

function workloadTarget({ namespace, name }: WorkloadName, pods: readonly MeshPod[]): FilterTarget {
  const own = pods.filter((pod) => pod.namespace === namespace && pod.workload === name);
  if (own.length === 0) throw new Error(`The workload ${namespace}/${name} has no running pod.`);
  const labels = commonLabels(own.map((pod) => pod.labels));
  // An EnvoyFilter that selects by no label would hold for the whole namespace.
  if (Object.keys(labels).length === 0) {
    throw new Error(
      `The pods of ${namespace}/${name} have no labels in common to select their proxies by: choose the namespace.`,
    );
  }
  return { namespace, suffix: name, labels };
}
