import type {
  CapturePlan,
  ClusterInventory,
  DisablePlan,
  Finding,
  PlannedObject,
  Preflight,
  Remainder,
  WorkloadSummary,
} from '../../../app/api/cluster-types.ts';
import type { CaptureOptions } from '../../../app/mesh/capture-options.ts';
import { createNameMatcher } from '../../../app/mesh/name-matcher.ts';

/** A middling cluster with each kind of answer, for the sheet behind a cluster's switch. */
export const inventory: ClusterInventory = {
  mesh: 'Istio 1.28.1',
  revisions: ['default 1.28.1'],
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

export function preflight(capture: CaptureOptions): Preflight {
  const denied = capture.analysisAddress !== '';
  return {
    checks: [
      denied
        ? {
            id: 'permissions',
            title: 'You may not create envoyfilters.networking.istio.io in istio-system',
            result: 'failed',
            detail: '13 of 14 permissions',
            remedy:
              'Ask an administrator for the role: `kubectl create rolebinding capture -n istio-system --role=packet-inspector-capture --user=anna`',
            items: ['create envoyfilters.networking.istio.io in istio-system: no'],
          }
        : {
            id: 'permissions',
            title: 'You have every permission that is needed',
            result: 'passed',
            detail: '14 permissions, confirmed by the API server',
            remedy: '',
            items: ['create namespaces: yes', 'create deployments.apps in analysis-emulator: yes'],
          },
      {
        id: 'certificates',
        title: 'Certificates',
        result: 'passed',
        detail: 'Citadel on, secret istio.aspen-mesh-analysis-emulator',
        remedy: '',
        items: [],
      },
      {
        id: 'sidecars',
        title: '16 pods have no sidecar',
        result: 'warning',
        detail: 'they will not be seen',
        remedy:
          'To capture them, label their namespaces and restart the pods: `kubectl label namespace shop istio-injection=enabled`',
        items: ['shop/batch-0', 'epc/legacy-ftp-0'],
      },
    ],
    ready: !denied,
  };
}

const objects: readonly PlannedObject[] = [
  planned('create', 'Namespace', '', 'analysis-emulator', 'where the analysis service runs'),
  planned(
    'create',
    'Deployment',
    'analysis-emulator',
    'aspen-mesh-analysis-emulator',
    'keeps captures for you to fetch',
  ),
  planned('create', 'Service', 'analysis-emulator', 'aspen-mesh-analysis-emulator', 'its address, port 21000'),
  {
    ...planned('change', 'DaemonSet', 'istio-system', 'aspen-mesh-packet-inspector', 'takes captures on each node'),
    differences: ['spec.template.spec.containers.0.image: node:22-slim -> node:24-slim'],
  },
  planned('same', 'ConfigMap', 'istio-system', 'packet-inspector-programs', 'the programs of both'),
  planned('create', 'EnvoyFilter', 'istio-system', 'http-capture-filter', 'hands HTTP over to the node'),
  planned('create', 'Lease', 'analysis-emulator', 'packet-inspector', 'the cluster cleans up when it ends'),
];

export function plan(capture: CaptureOptions): CapturePlan {
  const pods = workloadsIn(capture).flatMap(([namespace, { name, sidecars }]) =>
    Array.from({ length: sidecars }, (_, number) => ({ namespace, pod: `${name}-${number}` })),
  );
  const outNamespace = createNameMatcher(capture.excludeNamespaces);
  const outPod = createNameMatcher(capture.excludePods);
  const isOut = ({ namespace, pod }: { namespace: string; pod: string }) => outNamespace(namespace) || outPod(pod);
  const full = ({ namespace, pod }: { namespace: string; pod: string }) => `${namespace}/${pod}`;
  return {
    objects,
    pods: pods.filter((pod) => !isOut(pod)).map(full),
    excluded: pods.filter(isOut).map(full),
    withoutSidecar: ['shop/batch-0', 'epc/legacy-ftp-0'],
    connections:
      capture.diameterPort === null
        ? []
        : ['3 long-lived Diameter connections will be closed once, within 45 seconds; their peers reconnect.'],
    yaml: objects
      .map(({ kind, namespace, name }) => `kind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\n`)
      .join('---\n'),
  };
}

function workloadsIn({ area }: CaptureOptions): (readonly [namespace: string, workload: WorkloadSummary])[] {
  const all = inventory.namespaces.flatMap((namespace) =>
    namespace.workloads.map((workload) => [namespace.name, workload] as const),
  );
  if (area.kind === 'mesh') return all;
  if (area.kind === 'namespaces') return all.filter(([namespace]) => area.namespaces.includes(namespace));
  return all.filter(([namespace, { name }]) =>
    area.workloads.some((wanted) => wanted.namespace === namespace && wanted.name === name),
  );
}

function planned(
  action: PlannedObject['action'],
  kind: string,
  namespace: string,
  name: string,
  purpose: string,
): PlannedObject {
  return { action, kind, namespace, name, purpose, differences: [], problem: '' };
}

export const findings: readonly Finding[] = [
  {
    id: 'aggregator-image',
    severity: 'error',
    title: 'The aggregator of node-3 does not start',
    evidence: [
      'Event pod/aspen-mesh-packet-inspector-x2k8p: Failed to pull image "docker.io/library/node:24-slim": 429 Too Many Requests',
      'status.containerStatuses.0.state.waiting.reason: ImagePullBackOff',
    ],
    remedy:
      'Name a mirror of the image in the sheet, or pull it once: `kubectl debug node/node-3 --image=mirror.example.org/node:24-slim`',
  },
  {
    id: 'proxy-rejected',
    severity: 'warning',
    title: 'The proxy of shop/cart-17 does not take the filter',
    evidence: ['envoy.log: Wasm: failed to load module: out of memory'],
    remedy: 'Its limit is too low: 64 MiB more are needed.',
  },
];

export const remainder: Remainder = {
  looked: [
    'envoyfilters in all namespaces',
    'daemonsets in istio-system',
    'namespace analysis-emulator',
    'leases in analysis-emulator',
  ],
  left: [],
  kept: [],
  spared: [],
};

const slotObjects = [
  'EnvoyFilter istio-system/packet-inspector-http-slot',
  'EnvoyFilter istio-system/http-capture-filter',
];

export const disablePlan: DisablePlan = {
  slot: 'remove',
  slotObjects,
  connections: [
    'HTTP connections are asked to close after their current request within seconds; no request fails.',
    'HTTP/2 and gRPC streams that stay open are closed when the drain ends, after 45 seconds by default.',
  ],
};

/** What is left when the slot was to stay. */
export const remainderWithSlot: Remainder = { ...remainder, kept: slotObjects };
