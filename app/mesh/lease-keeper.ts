import { type CaptureSite, filterNamespaces } from './capture-site.ts';
import type { Manifest } from './kubernetes.ts';
import { analysisNamespace, leaseKeeperName, leaseName } from './names.ts';
import { ownObject } from './own-object.ts';
import { filterRemoval } from './removal.ts';
import { groupOf, resources } from './resources.ts';

const subject = { kind: 'ServiceAccount', name: leaseKeeperName, namespace: analysisNamespace } as const;

/**
 * Owner of everything of ours. Whoever deletes it has the garbage collector remove the rest, so the lease keeper needs no
 * permission on anything but the filters and this.
 */
export function ownerRole(): Manifest {
  return ownObject(
    resources.clusterRole,
    { owner: null },
    { name: leaseKeeperName },
    {
      rules: [
        {
          apiGroups: [groupOf(resources.clusterRole)],
          resources: [resources.clusterRole.plural],
          resourceNames: [leaseKeeperName],
          verbs: ['get', 'delete'],
        },
      ],
    },
  );
}

export function ownerRoleBinding(site: CaptureSite): Manifest {
  return ownObject(
    resources.clusterRoleBinding,
    site,
    { name: leaseKeeperName },
    {
      roleRef: { apiGroup: groupOf(resources.clusterRole), kind: 'ClusterRole', name: leaseKeeperName },
      subjects: [subject],
    },
  );
}

/**
 * Our own namespace goes only when nothing of others is in it, whatever its kind: names and labels of all are listed, nothing else is
 * asked for. Where the namespace is not ours the lease keeper has none of this.
 */
const namespaceRules = {
  namespace: analysisNamespace,
  rules: [
    { apiGroups: ['*'], resources: ['*'], verbs: ['list'] },
    {
      apiGroups: [''],
      resources: [resources.namespace.plural],
      resourceNames: [analysisNamespace],
      // Some clusters let only those who may delete an object set its owner.
      verbs: ['get', 'patch', 'delete'],
    },
  ],
};

/** What the lease keeper may do in each namespace with filters, and with the lease. By name only. */
export function leaseKeeperRoles(site: CaptureSite): readonly Manifest[] {
  const removal = filterRemoval(site);
  const envoyFilters = [...removal.filters, ...removal.slots, ...removal.clusters];
  const filterRules = filterNamespaces(site).map((namespace) => ({
    namespace,
    rules: [
      {
        apiGroups: [groupOf(resources.envoyFilter)],
        resources: [resources.envoyFilter.plural],
        resourceNames: envoyFilters
          .filter((name) => name.startsWith(`${namespace}/`))
          .map((name) => name.slice(namespace.length + 1)),
        verbs: ['get', 'patch', 'delete'],
      },
    ],
  }));
  const leaseRules = {
    namespace: analysisNamespace,
    rules: [
      {
        apiGroups: [groupOf(resources.lease)],
        resources: [resources.lease.plural],
        resourceNames: [leaseName],
        verbs: ['get'],
      },
    ],
  };
  const eventRules = {
    namespace: site.meshNamespace,
    rules: [{ apiGroups: [''], resources: [resources.event.plural], verbs: ['create'] }],
  };
  const all = [leaseRules, eventRules, ...filterRules, ...(site.ownsNamespace ? [namespaceRules] : [])];
  return [...new Set(all.map(({ namespace }) => namespace))].flatMap((namespace) => {
    const rules = all.filter((one) => one.namespace === namespace).flatMap((one) => one.rules);
    const metadata = { name: leaseKeeperName, namespace };
    return [
      ownObject(resources.role, site, metadata, { rules }),
      ownObject(resources.roleBinding, site, metadata, {
        roleRef: { apiGroup: groupOf(resources.role), kind: 'Role', name: metadata.name },
        subjects: [subject],
      }),
    ];
  });
}
