import type { Deployment, MutatingWebhookConfiguration, Pod } from '../../../app/mesh/kubernetes.ts';

/** A pod as a controller makes it; `change` is laid over its metadata and spec. */
export function podOf(
  namespace: string,
  name: string,
  change: {
    readonly metadata?: Partial<Pod['metadata']>;
    readonly spec?: Partial<Pod['spec']>;
    readonly status?: Pod['status'];
  } = {},
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, ...change.metadata },
    spec: { nodeName: 'node-a', containers: [{ name: 'application' }], ...change.spec },
    status: change.status ?? { phase: 'Running' },
  };
}

/** With the container that Istio's injector puts beside the application, or runs a gateway or waypoint with. */
export function withProxy(pod: Pod, role: 'sidecar' | 'router' | 'waypoint' = 'sidecar'): Pod {
  const proxy = {
    name: 'istio-proxy',
    image: 'docker.io/istio/proxyv2:1.28.1',
    args: ['proxy', role, '--domain', `${pod.metadata.namespace}.svc.cluster.local`],
  };
  const containers = role === 'sidecar' ? [...pod.spec.containers, proxy] : [proxy];
  return { ...pod, spec: { ...pod.spec, containers } };
}

/** Owned as the pods of a Deployment, with labels of the template. */
export function ofDeployment(pod: Pod, deployment: string, labels: Readonly<Record<string, string>> = {}): Pod {
  const hash = '6d5f7c9b4';
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: `${deployment}-${hash}`,
    uid: 'u',
    controller: true,
  };
  const metadata = { ...pod.metadata, labels: { ...labels, 'pod-template-hash': hash }, ownerReferences: [owner] };
  return { ...pod, metadata };
}

/** The webhooks of a revision's injector, with the selectors that Istio's chart gives them. */
export function injectorOf(revision: string): MutatingWebhookConfiguration {
  const exists = (key: string) => ({ key, operator: 'Exists' });
  const isAbsent = (key: string) => ({ ...exists(key), operator: 'DoesNotExist' });
  const isIn = (key: string, ...values: string[]) => ({ key, operator: 'In', values });
  const isNotRefused = { key: 'sidecar.istio.io/inject', operator: 'NotIn', values: ['false'] };
  const webhook = (name: string, namespace: readonly object[], object: readonly object[]) => ({
    name: `${name}.sidecar-injector.istio.io`,
    namespaceSelector: { matchExpressions: namespace },
    objectSelector: { matchExpressions: object },
  });
  const byRevision = [
    webhook('rev.namespace', [isIn('istio.io/rev', revision), isAbsent('istio-injection')], [isNotRefused]),
    webhook(
      'rev.object',
      [isAbsent('istio.io/rev'), isAbsent('istio-injection')],
      [isNotRefused, isIn('istio.io/rev', revision)],
    ),
  ];
  const byDefault = [
    webhook('namespace', [isIn('istio-injection', 'enabled')], [isNotRefused]),
    webhook(
      'object',
      [isAbsent('istio-injection'), isAbsent('istio.io/rev')],
      [isIn('sidecar.istio.io/inject', 'true'), isAbsent('istio.io/rev')],
    ),
  ];
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: {
      name: `istio-sidecar-injector${revision === 'default' ? '' : `-${revision}`}`,
      labels: { app: 'sidecar-injector', 'istio.io/rev': revision },
    },
    webhooks: (revision === 'default' ? [...byRevision, ...byDefault] : byRevision) as NonNullable<
      MutatingWebhookConfiguration['webhooks']
    >,
  };
}

/** A control plane's Deployment. */
export function planeOf(
  image: string,
  labels: Readonly<Record<string, string>> = {},
  namespace = 'istio-system',
): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'istiod', namespace, labels },
    spec: { selector: {}, template: { spec: { containers: [{ name: 'discovery', image }] } } },
  };
}
