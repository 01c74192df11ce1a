import { hasOwnService } from './analysis-service.ts';
import { captureObjects } from './capture-objects.ts';
import { type CaptureSite, filterNamespaces } from './capture-site.ts';
import type { KubernetesObject } from './kubernetes.ts';
import { ownerRole } from './lease-keeper.ts';
import { settingsConfigMaps } from './mesh-settings.ts';
import { analysisNamespace, leaseName, meshRootConfigMap } from './names.ts';
import { ownKinds, placesOf, podKind } from './own-kinds.ts';
import { distinctPermissions, type Permission, permissionsFor, permissionsOfRole } from './permission.ts';
import { resourceOf, resources } from './resources.ts';

/**
 * What somebody may be let do. `view`: see what is captured, whoever switched it on. `capture`: also switch it on and off.
 * `administer`: also let others do so.
 */
export const accessLevels = ['view', 'capture', 'administer'] as const;
export type AccessLevel = (typeof accessLevels)[number];

/** Name of the Roles, the ClusterRole and the bindings of a level. */
export function accessName(level: AccessLevel): string {
  return `packet-inspector-${level}`;
}

/** All that a level takes, derived from what the programs do: what they make, look at and ask for. */
export function accessOf(level: AccessLevel, site: CaptureSite): readonly Permission[] {
  const viewing = [...looking(site), ...following, ...explaining(site)];
  switch (level) {
    case 'view':
      return distinctPermissions(viewing);
    case 'capture':
      return distinctPermissions([...viewing, ...askingIstiod(site), ...switching(site)]);
    case 'administer':
      return distinctPermissions([...viewing, ...askingIstiod(site), ...switching(site), ...administering(site)]);
  }
}

/** What switching on and off cannot do without. */
export function neededPermissions(site: CaptureSite): readonly Permission[] {
  return distinctPermissions([...looking(site), ...(hasOwnService(site.capture) ? following : []), ...switching(site)]);
}

/** What removing these objects takes. Filters are switched to idle before. */
export function neededForRemoval(objects: readonly KubernetesObject[]): readonly Permission[] {
  return objects.flatMap((object) =>
    onObject(object, object.kind === resources.envoyFilter.kind ? ['get', 'patch', 'delete'] : ['get', 'delete']),
  );
}

/** What there is to capture, how the mesh is set up, and whether somebody captures. */
function looking({ meshNamespace, settings }: CaptureSite): readonly Permission[] {
  const { mesh, injector } = settingsConfigMaps(settings.revision);
  return [
    ...permissionsFor(resources.pod, ['get', 'list']),
    ...[resources.node, resources.deployment].flatMap((resource) => permissionsFor(resource, ['list'])),
    ...permissionsFor(resources.namespace, ['get'], { names: [analysisNamespace, meshNamespace] }),
    ...permissionsFor(resources.configMap, ['get'], {
      namespace: meshNamespace,
      names: [mesh, injector, meshRootConfigMap],
    }),
    ...permissionsFor(resources.lease, ['get'], { namespace: analysisNamespace, names: [leaseName] }),
  ];
}

/**
 * The flows: everybody who may open a port of the receiver's pod sees them all. A WebSocket is opened by a GET; newer API servers
 * ask for `create` as well.
 */
const following: readonly Permission[] = permissionsFor(resources.pod, ['get', 'create'], {
  namespace: analysisNamespace,
  subresource: 'portforward',
});

/** What the sheet and the doctor tell more with, and do without where it is not allowed. */
function explaining({ meshNamespace }: CaptureSite): readonly Permission[] {
  return [
    ...[resources.namespace, resources.mutatingWebhook].flatMap((resource) => permissionsFor(resource, ['list'])),
    // Names of addresses, and that somebody else has switched capture on or off, at once.
    ...permissionsFor(resources.service, ['list', 'watch']),
    ...[resources.pod, resources.node].flatMap((resource) => permissionsFor(resource, ['watch'])),
    ...permissionsFor(resources.lease, ['list', 'watch'], { namespace: analysisNamespace, names: [leaseName] }),
    ...[analysisNamespace, meshNamespace].flatMap((namespace) => [
      ...permissionsFor(resources.pod, ['get'], { namespace, subresource: 'log' }),
      ...permissionsFor(resources.event, ['list'], { namespace }),
    ]),
  ];
}

/** Which proxies did not take the filter, and why: istiod tells it to its own loopback. Capture works without. */
function askingIstiod({ meshNamespace }: CaptureSite): readonly Permission[] {
  return permissionsFor(resources.pod, ['get', 'create'], { namespace: meshNamespace, subresource: 'portforward' });
}

/**
 * Making, changing and removing each object by its name, and finding all of ours. Kubernetes lets nobody give away what they do
 * not have themselves, so what the lease keeper's Roles allow is needed as well.
 */
function switching(site: CaptureSite): readonly Permission[] {
  const { ground, programs, clusters, slots, filters } = captureObjects(site, { capturing: true, generation: '' });
  const objects = [ownerRole(), ...ground, ...programs, ...clusters, ...slots, ...filters];
  return [
    ...objects.flatMap((object) => onObject(object, changing)),
    ...permissionsFor(resources.lease, changing, { namespace: analysisNamespace, names: [leaseName] }),
    // It is the lock of switching on, so it is created, not applied; RBAC knows no names of what is created.
    ...permissionsFor(resources.lease, ['create'], { namespace: analysisNamespace }),
    ...objects.filter(({ kind }) => /Role$/.test(kind)).flatMap(permissionsOfRole),
    ...[...ownKinds, podKind].flatMap((kind) =>
      placesOf(kind, site.meshNamespace).flatMap((namespace) =>
        permissionsFor(kind.resource, ['list'], namespace === undefined ? {} : { namespace }),
      ),
    ),
    ...permissionsFor(resources.event, ['create'], { namespace: site.meshNamespace }),
  ];
}

/** The namespace of the analysis service, and the Roles and bindings of all levels. */
function administering(site: CaptureSite): readonly Permission[] {
  const names = accessLevels.map(accessName);
  return [
    ...permissionsFor(resources.namespace, ['get', 'create', 'patch'], { names: [analysisNamespace] }),
    ...[resources.clusterRole, resources.clusterRoleBinding].flatMap((resource) =>
      permissionsFor(resource, changing, { names }),
    ),
    ...accessNamespaces(site).flatMap((namespace) =>
      [resources.role, resources.roleBinding].flatMap((resource) =>
        permissionsFor(resource, changing, { namespace, names }),
      ),
    ),
  ];
}

/** Namespaces with Roles of the levels. */
export function accessNamespaces(site: CaptureSite): readonly string[] {
  return [...new Set([analysisNamespace, site.meshNamespace, ...filterNamespaces(site)])];
}

const changing = ['get', 'create', 'patch', 'delete'];

function onObject(object: KubernetesObject, verbs: readonly string[]): readonly Permission[] {
  const { namespace, name } = object.metadata;
  return permissionsFor(resourceOf(object), verbs, { names: [name], ...(namespace ? { namespace } : {}) });
}
