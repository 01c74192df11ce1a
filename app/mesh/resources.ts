import type { KubernetesObject } from './kubernetes.ts';

/** How a kind is addressed in the API. */
export interface Resource {
  readonly kind: string;
  /** `apps/v1`, `v1`. */
  readonly apiVersion: string;
  /** `daemonsets`: as in paths and in RBAC. */
  readonly plural: string;
  readonly namespaced: boolean;
}

function resource(kind: string, apiVersion: string, plural: string, namespaced = true): Resource {
  return { kind, apiVersion, plural, namespaced };
}

export const resources = {
  namespace: resource('Namespace', 'v1', 'namespaces', false),
  node: resource('Node', 'v1', 'nodes', false),
  pod: resource('Pod', 'v1', 'pods'),
  service: resource('Service', 'v1', 'services'),
  serviceAccount: resource('ServiceAccount', 'v1', 'serviceaccounts'),
  configMap: resource('ConfigMap', 'v1', 'configmaps'),
  secret: resource('Secret', 'v1', 'secrets'),
  event: resource('Event', 'v1', 'events'),
  deployment: resource('Deployment', 'apps/v1', 'deployments'),
  daemonSet: resource('DaemonSet', 'apps/v1', 'daemonsets'),
  replicaSet: resource('ReplicaSet', 'apps/v1', 'replicasets'),
  networkPolicy: resource('NetworkPolicy', 'networking.k8s.io/v1', 'networkpolicies'),
  lease: resource('Lease', 'coordination.k8s.io/v1', 'leases'),
  role: resource('Role', 'rbac.authorization.k8s.io/v1', 'roles'),
  roleBinding: resource('RoleBinding', 'rbac.authorization.k8s.io/v1', 'rolebindings'),
  clusterRole: resource('ClusterRole', 'rbac.authorization.k8s.io/v1', 'clusterroles', false),
  clusterRoleBinding: resource('ClusterRoleBinding', 'rbac.authorization.k8s.io/v1', 'clusterrolebindings', false),
  mutatingWebhook: resource(
    'MutatingWebhookConfiguration',
    'admissionregistration.k8s.io/v1',
    'mutatingwebhookconfigurations',
    false,
  ),
  envoyFilter: resource('EnvoyFilter', 'networking.istio.io/v1alpha3', 'envoyfilters'),
} as const satisfies Record<string, Resource>;

const byKind: ReadonlyMap<string, Resource> = new Map(
  Object.values(resources).map((known) => [`${known.apiVersion} ${known.kind}`, known]),
);

/** @throws for a kind that is not in the table */
export function resourceOf({ apiVersion, kind }: Pick<KubernetesObject, 'apiVersion' | 'kind'>): Resource {
  const found = byKind.get(`${apiVersion} ${kind}`);
  if (!found) throw new Error(`${apiVersion} ${kind} is not a kind that is used here`);
  return found;
}

/** `apps`; '' for the core group. */
export function groupOf({ apiVersion }: Pick<Resource, 'apiVersion'>): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** Whether it gives a Role or ClusterRole, which has to be there first, to somebody. */
export function isBinding({ kind }: Pick<KubernetesObject, 'kind'>): boolean {
  return kind === resources.roleBinding.kind || kind === resources.clusterRoleBinding.kind;
}

/** Path of a collection, or with a name of one object. */
export function resourcePath(of: Resource, namespace = '', name = ''): string {
  const group = of.apiVersion.includes('/') ? `/apis/${of.apiVersion}` : `/api/${of.apiVersion}`;
  const inside = of.namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${group}${inside}/${of.plural}${name === '' ? '' : `/${encodeURIComponent(name)}`}`;
}

/** `DaemonSet istio-system/aspen-mesh-packet-inspector`. */
export function objectName({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`;
}
