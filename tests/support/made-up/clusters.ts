import type { CapturePlan, ClusterInventory, Preflight } from '../../../app/api/cluster-types.ts';

/** A middling cluster with each kind of answer, for the sheet behind a cluster's switch. */
export const madeUpInventory: ClusterInventory = {
  mesh: 'Aspen Mesh 1.11.8-am1.4',
  revisions: ['default 1.11.8-am1.4'],
  nodes: 9,
  pods: 214,
  sidecars: 198,
  namespaces: [
    {
      name: 'shop',
      pods: 150,
      sidecars: 142,
      workloads: [
        { name: 'cart', kind: 'Deployment', pods: 80, sidecars: 80 },
        { name: 'batch', kind: 'Job', pods: 8, sidecars: 0 },
        { name: 'catalog', kind: 'StatefulSet', pods: 62, sidecars: 62 },
      ],
    },
    {
      name: 'epc',
      pods: 64,
      sidecars: 56,
      workloads: [
        { name: 'ocs', kind: 'StatefulSet', pods: 56, sidecars: 56 },
        { name: 'legacy-ftp', kind: 'Deployment', pods: 8, sidecars: 0 },
      ],
    },
  ],
};

export const madeUpPreflight: Preflight = {
  checks: [
    {
      id: 'permissions',
      title: 'You may do every step',
      result: 'passed',
      detail: '14 permissions asked of the API server',
      remedy: '',
      items: ['create namespaces', 'create deployments.apps in analysis-emulator'],
    },
    {
      id: 'sidecars',
      title: '16 pods have no sidecar',
      result: 'warning',
      detail: 'they will not be seen',
      remedy: 'Label their namespaces istio-injection=enabled and restart them to have them captured.',
      items: ['shop/batch-0', 'epc/legacy-ftp-0'],
    },
  ],
  ready: true,
};

export const madeUpPlan: CapturePlan = {
  objects: [
    {
      action: 'create',
      kind: 'Namespace',
      namespace: '',
      name: 'analysis-emulator',
      purpose: 'where the analysis service runs',
      differences: [],
    },
    {
      action: 'change',
      kind: 'DaemonSet',
      namespace: 'istio-system',
      name: 'aspen-mesh-packet-inspector',
      purpose: 'takes captures from the sidecars of each node',
      differences: ['spec.template.spec.containers.0.image: node:22-slim -> node:24-slim'],
    },
  ],
  pods: Array.from({ length: 142 }, (_, number) => `shop/cart-${number}`),
  excluded: ['shop/stealthy-pod'],
  withoutSidecar: ['shop/batch-0', 'epc/legacy-ftp-0'],
  connections: ['3 long-lived Diameter connections will be closed once, within 45 seconds; their peers reconnect.'],
  yaml: 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: analysis-emulator\n',
};
