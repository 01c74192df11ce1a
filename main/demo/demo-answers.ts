import type { CapturePlan, ClusterInventory, NamespaceSummary, Preflight } from '../../app/api/cluster-types.ts';
import { workloads } from './topology.ts';

/** What there is in the demo cluster: each workload is one pod with a sidecar. */
export function demoInventory(): ClusterInventory {
  const namespaces = new Map<string, NamespaceSummary>();
  for (const { namespace, name } of workloads) {
    const known = namespaces.get(namespace)?.workloads ?? [];
    const all = [...known, { name, kind: 'Deployment', pods: 1, sidecars: 1 }];
    namespaces.set(namespace, { name: namespace, pods: all.length, sidecars: all.length, workloads: all });
  }
  return {
    mesh: 'Built-in',
    revisions: [],
    nodes: new Set(workloads.map(({ node }) => node)).size,
    pods: workloads.length,
    sidecars: workloads.length,
    namespaces: [...namespaces.values()],
  };
}

/** The demo needs no permission and no mesh. It is captured whole, with the usual limits, whatever is chosen. */
export const demoPreflight: Preflight = {
  checks: [
    {
      id: 'api',
      title: 'Runs in this program',
      result: 'passed',
      detail: 'on private sockets of this machine; all of it is captured',
      remedy: '',
      items: [],
    },
  ],
  ready: true,
};

export function demoPlan(): CapturePlan {
  return {
    objects: [],
    pods: workloads.map(({ namespace, pod }) => `${namespace}/${pod}`),
    excluded: [],
    withoutSidecar: [],
    connections: ['The filter is already in its slot: no connection is closed.'],
    yaml: '',
  };
}
