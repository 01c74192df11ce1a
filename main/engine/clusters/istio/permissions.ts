import type { CaptureSite } from '../../../../app/mesh/capture-site.ts';
import { filterNamespaces } from '../../../../app/mesh/capture-site.ts';
import { analysisNamespace } from '../../../../app/mesh/names.ts';
import { groupOf, type Resource, resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient, Permission } from '../../kube/client.ts';

/** Everything that switching on, capturing and switching off ask of the API server. */
export function neededPermissions(site: CaptureSite): readonly Permission[] {
  const changing = ['get', 'create', 'patch', 'delete'];
  const both = [analysisNamespace, site.meshNamespace];
  return [
    ...allow(resources.namespace, changing, []),
    ...allow(resources.clusterRole, changing, []),
    ...allow(resources.clusterRoleBinding, changing, []),
    ...[resources.serviceAccount, resources.configMap, resources.service].flatMap((one) => allow(one, changing, both)),
    ...[resources.role, resources.roleBinding].flatMap((one) =>
      allow(one, changing, [...new Set([analysisNamespace, ...filterNamespaces(site)])]),
    ),
    ...allow(resources.networkPolicy, changing, [analysisNamespace]),
    ...allow(resources.lease, changing, [analysisNamespace]),
    ...allow(resources.deployment, changing, [analysisNamespace]),
    ...allow(resources.daemonSet, changing, [site.meshNamespace]),
    ...allow(resources.envoyFilter, changing, filterNamespaces(site)),
    ...allow(resources.pod, ['list'], []),
    { verb: 'create', group: '', resource: 'pods', subresource: 'portforward', namespace: analysisNamespace },
  ];
}

function allow(resource: Resource, verbs: readonly string[], namespaces: readonly string[]): Permission[] {
  const group = groupOf(resource);
  return verbs.flatMap((verb) =>
    (namespaces.length === 0 ? [undefined] : namespaces).map((namespace) => ({
      verb,
      group,
      resource: resource.plural,
      ...(namespace === undefined ? {} : { namespace }),
    })),
  );
}

/** Asks for all of them and gives those that are missing. */
export async function missingPermissions(
  client: KubeClient,
  permissions: readonly Permission[],
): Promise<readonly Permission[]> {
  const answers = await Promise.all(permissions.map((permission) => client.may(permission)));
  return permissions.filter((_, index) => !answers[index]!.allowed);
}

/** `create deployments.apps in analysis-emulator`. */
export function permissionText({ verb, group, resource, subresource, namespace }: Permission): string {
  const what = `${resource}${subresource ? `/${subresource}` : ''}${group ? `.${group}` : ''}`;
  return `${verb} ${what}${namespace ? ` in ${namespace}` : ''}`;
}
