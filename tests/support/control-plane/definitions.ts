import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../../app/mesh/kubernetes.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/kubernetes');

/** Istio's own definition of EnvoyFilter, as YAML. */
export function envoyFilterDefinition(): string {
  return readFileSync(join(fixtures, 'envoyfilters.yaml'), 'utf8');
}

/** A definition that takes any object of the kind. */
function openDefinition(group: string, version: string, kind: string, plural: string, scope: string): Manifest {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/kwok' },
    },
    spec: {
      group,
      scope,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  };
}

/** What kwok and istiod look for and the tests use of it. */
export const openDefinitions: readonly Manifest[] = [
  openDefinition('kwok.x-k8s.io', 'v1alpha1', 'ClusterPortForward', 'clusterportforwards', 'Cluster'),
  openDefinition('kwok.x-k8s.io', 'v1alpha1', 'PortForward', 'portforwards', 'Namespaced'),
  openDefinition('kwok.x-k8s.io', 'v1alpha1', 'ClusterLogs', 'clusterlogs', 'Cluster'),
  openDefinition('kwok.x-k8s.io', 'v1alpha1', 'Logs', 'logs', 'Namespaced'),
  openDefinition('kwok.x-k8s.io', 'v1alpha1', 'ClusterExec', 'clusterexecs', 'Cluster'),
  openDefinition('kwok.x-k8s.io', 'v1alpha1', 'Exec', 'execs', 'Namespaced'),
  openDefinition('networking.istio.io', 'v1', 'Sidecar', 'sidecars', 'Namespaced'),
  openDefinition('networking.istio.io', 'v1', 'Gateway', 'gateways', 'Namespaced'),
  openDefinition('networking.istio.io', 'v1', 'ServiceEntry', 'serviceentries', 'Namespaced'),
  openDefinition('networking.istio.io', 'v1', 'VirtualService', 'virtualservices', 'Namespaced'),
  openDefinition('security.istio.io', 'v1', 'PeerAuthentication', 'peerauthentications', 'Namespaced'),
];

/** One step in the life of a node or pod, as kwok plays it: when `selector` holds, the status becomes what the template says. */
function stage(name: string, kind: 'Node' | 'Pod', selector: readonly Requirement[], next: object): object {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name },
    spec: { resourceRef: { apiGroup: 'v1', kind }, selector: { matchExpressions: selector }, next },
  };
}

interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

const readyCondition = '.status.conditions.[] | select( .type == "Ready" ) | .status';

const nodeTemplate = `
{{ $now := Now }}
phase: Running
conditions:
{{ range NodeConditions }}
- { type: {{ .type | Quote }}, status: {{ .status | Quote }}, reason: {{ .reason | Quote }}, message: {{ .message | Quote }},
    lastHeartbeatTime: {{ $now | Quote }}, lastTransitionTime: {{ $now | Quote }} }
{{ end }}
addresses:
- { type: InternalIP, address: {{ NodeIP | Quote }} }
- { type: Hostname, address: {{ NodeName | Quote }} }
daemonEndpoints: { kubeletEndpoint: { Port: {{ NodePort }} } }
`;

const podTemplate = `
{{ $now := Now }}
phase: Running
startTime: {{ $now | Quote }}
conditions:
{{ range list "Initialized" "ContainersReady" "Ready" }}
- { type: {{ . | Quote }}, status: "True", lastTransitionTime: {{ $now | Quote }} }
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- { name: {{ .name | Quote }}, image: {{ .image | Quote }}, ready: true, restartCount: 0,
    state: { running: { startedAt: {{ $now | Quote }} } } }
{{ end }}
{{ $addresses := PodIPsWith .spec.nodeName false .metadata.uid .metadata.name .metadata.namespace }}
podIP: {{ index $addresses 0 | Quote }}
podIPs:
- { ip: {{ index $addresses 0 | Quote }} }
`;

const stages: readonly object[] = [
  stage('node-ready', 'Node', [{ key: readyCondition, operator: 'NotIn', values: ['True'] }], {
    statusTemplate: nodeTemplate,
  }),
  stage(
    'pod-ready',
    'Pod',
    [
      { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' },
      { key: '.status.phase', operator: 'In', values: ['Pending'] },
    ],
    { statusTemplate: podTemplate },
  ),
  stage('pod-gone', 'Pod', [{ key: '.metadata.deletionTimestamp', operator: 'Exists' }], { delete: true }),
];

const settings = {
  apiVersion: 'config.kwok.x-k8s.io/v1alpha1',
  kind: 'KwokConfiguration',
  options: {
    enableDebuggingHandlers: true,
    enablePodCache: true,
    enablePodsOnNodeSyncStreamWatch: true,
    nodeLeaseParallelism: 4,
    podPlayStageParallelism: 4,
    nodePlayStageParallelism: 4,
    nodeLeaseDurationSeconds: 40,
    enableCRDs: ['ClusterPortForward', 'PortForward', 'ClusterLogs', 'Logs', 'ClusterExec', 'Exec'],
  },
};

/** kwok's settings and stages as YAML documents; port-forward and logs are taken from objects in the cluster. */
export const kwokConfiguration = [settings, ...stages].map((document) => JSON.stringify(document)).join('\n---\n');

export function node(name: string): Manifest {
  const capacity = { cpu: '8', memory: '16Gi', pods: '110' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        type: 'kwok',
      },
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
    },
    status: { allocatable: capacity, capacity },
  };
}
