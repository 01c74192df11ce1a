import { type AccessLevel, accessLevels, accessName, accessNamespaces, accessOf } from './access.ts';
import { analysisNamespaceObject } from './analysis-namespace.ts';
import type { CaptureSite } from './capture-site.ts';
import type { Manifest } from './kubernetes.ts';
import { type Permission, rulesFor } from './permission.ts';
import { groupOf, type Resource, resources } from './resources.ts';

/** Who is let do what: a subject of a RoleBinding. */
export interface AccessSubject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount';
  readonly name: string;
  /** Of a service account. */
  readonly namespace?: string;
}

/**
 * The least that each level takes, as objects for `kubectl apply`, and bindings for the levels that have subjects. They are no
 * capture's: switching off leaves them, and the namespace of the analysis service, which has to be there for its Roles.
 */
export function accessRoles(
  site: CaptureSite,
  subjects: Readonly<Partial<Record<AccessLevel, readonly AccessSubject[]>>> = {},
): readonly Manifest[] {
  return [accessNamespace(), ...accessLevels.flatMap((level) => levelObjects(site, level, subjects[level] ?? []))];
}

function levelObjects(site: CaptureSite, level: AccessLevel, subjects: readonly AccessSubject[]): readonly Manifest[] {
  const permissions = accessOf(level, { ...site, ownsNamespace: false });
  return [undefined, ...accessNamespaces(site)].flatMap((namespace) => {
    const role = accessRole(accessName(level), permissions, namespace);
    const isEmpty = (role.rules as readonly unknown[]).length === 0;
    return isEmpty ? [] : [role, ...(subjects.length === 0 ? [] : [accessBinding(role, subjects)])];
  });
}

/** Those of the permissions that are of a namespace, as a Role; of none and of all as a ClusterRole. */
export function accessRole(name: string, permissions: readonly Permission[], namespace: string | undefined): Manifest {
  const rules = rulesFor(permissions.filter((permission) => permission.namespace === namespace));
  return accessObject(namespace === undefined ? resources.clusterRole : resources.role, name, namespace, { rules });
}

/** Gives a Role or ClusterRole to somebody, under its name. */
export function accessBinding(
  { kind, metadata: { name, namespace } }: Manifest,
  subjects: readonly AccessSubject[],
): Manifest {
  const binding = namespace === undefined ? resources.clusterRoleBinding : resources.roleBinding;
  const roleRef = { apiGroup: groupOf(resources.role), kind, name };
  return accessObject(binding, name, namespace, { roleRef, subjects: subjects.map(withGroup) });
}

/** As capture would make it, but nobody's. */
function accessNamespace(): Manifest {
  const { metadata, ...fields } = analysisNamespaceObject({ owner: null });
  const { 'app.kubernetes.io/managed-by': _, ...labels } = metadata.labels ?? {};
  return { ...fields, metadata: { ...metadata, labels: { ...labels, ...partOf } } } as Manifest;
}

const partOf = { 'app.kubernetes.io/part-of': 'packet-inspector' } as const;

function accessObject(
  { apiVersion, kind }: Resource,
  name: string,
  namespace: string | undefined,
  fields: object,
): Manifest {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), labels: partOf };
  return { apiVersion, kind, metadata, ...fields };
}

function withGroup(subject: AccessSubject): object {
  return subject.kind === 'ServiceAccount' ? subject : { ...subject, apiGroup: groupOf(resources.role) };
}
