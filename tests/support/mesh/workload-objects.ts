import type { Manifest } from '../../../app/mesh/kubernetes.ts';

/** An object with the plural of its kind, as the control plane takes it. */
export type Applied = readonly [manifest: Manifest, plural: string];

/** A namespace, with mutual TLS off since the loopback has no iptables. */
export function meshNamespace(name: string, labels: Readonly<Record<string, string>>): readonly Applied[] {
  return [
    [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }, 'namespaces'],
    [
      {
        apiVersion: 'security.istio.io/v1',
        kind: 'PeerAuthentication',
        metadata: { name: 'default', namespace: name },
        spec: { mtls: { mode: 'DISABLE' } },
      },
      'peerauthentications',
    ],
  ];
}

/** A Deployment of one pod, whose label is `app`. */
export function deploymentOf(
  namespace: string,
  name: string,
  containers: readonly { readonly name: string; readonly image: string; readonly args?: readonly string[] }[],
): Applied {
  const labels = { app: name };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace, labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      },
    },
    'deployments',
  ];
}

/** A pod that nobody has made but its user; its label is `app`. */
export function barePodOf(
  namespace: string,
  name: string,
  containers: readonly { readonly name: string; readonly image: string; readonly args?: readonly string[] }[],
): Applied {
  const metadata = { name, namespace, labels: { app: name } };
  return [{ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers } } as Manifest, 'pods'];
}

/** A Service of a workload: ports by their names. */
export function serviceOf(namespace: string, name: string, ports: Readonly<Record<string, number>>): Applied {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: {
        selector: { app: name },
        ports: Object.entries(ports).map(([port, number]) => ({ name: port, port: number, targetPort: number })),
      },
    },
    'services',
  ];
}

export const application = { name: 'application', image: 'application' } as const;

/** The container of Istio's proxy, by its role. */
export function proxyContainer(role: 'sidecar' | 'router') {
  return { name: 'istio-proxy', image: 'istio/proxyv2:1.31.1', args: ['proxy', role] };
}
