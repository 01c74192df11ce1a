import type { Manifest } from './kubernetes.ts';
import { groupOf, type Resource } from './resources.ts';

/** One thing that somebody may do, as RBAC and a SelfSubjectAccessReview name it. */
export interface Permission {
  readonly verb: string;
  /** `apps`; '' for the core group. */
  readonly group: string;
  /** `deployments`. */
  readonly resource: string;
  readonly subresource?: string;
  /** All namespaces, or none for what has no namespace, when left out. */
  readonly namespace?: string;
  /** Any when left out. */
  readonly name?: string;
}

export interface PermissionScope {
  readonly namespace?: string;
  readonly names?: readonly string[];
  readonly subresource?: string;
}

/** Each verb on each name. */
export function permissionsFor(
  resource: Resource,
  verbs: readonly string[],
  { namespace, names, subresource }: PermissionScope = {},
): readonly Permission[] {
  const where = {
    group: groupOf(resource),
    resource: resource.plural,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
  };
  return verbs.flatMap((verb) =>
    names === undefined ? [{ verb, ...where }] : names.map((name) => ({ verb, ...where, name })),
  );
}

/** `create deployments.apps aspen-mesh-analysis-emulator in analysis-emulator`. */
export function permissionText({ verb, group, resource, subresource, namespace, name }: Permission): string {
  const what = `${resource}${subresource ? `/${subresource}` : ''}${group ? `.${group}` : ''}`;
  return `${verb} ${what}${name ? ` ${name}` : ''}${namespace ? ` in ${namespace}` : ''}`;
}

/** Each once, in the order in which they come first, without those that a wider one of them holds already. */
export function distinctPermissions(permissions: readonly Permission[]): readonly Permission[] {
  const distinct = new Map(permissions.map((permission) => [permissionText(permission), permission]));
  return [...distinct.values()].filter((permission) => !widerThan(permission).some((text) => distinct.has(text)));
}

/** Texts of what holds for all names, in all namespaces, or both. */
function widerThan({ namespace, name, ...rest }: Permission): readonly string[] {
  const anywhere = namespace === undefined ? [] : [permissionText(name === undefined ? rest : { ...rest, name })];
  const anyName = name === undefined ? [] : [permissionText(namespace === undefined ? rest : { ...rest, namespace })];
  return [...anywhere, ...anyName, ...(anywhere.length > 0 && anyName.length > 0 ? [permissionText(rest)] : [])];
}

/** A rule of a Role or ClusterRole. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** What the rules of a Role or ClusterRole allow. */
export function permissionsOfRole({ metadata: { namespace }, ...role }: Manifest): readonly Permission[] {
  const rules = (role as { readonly rules?: readonly PolicyRule[] }).rules ?? [];
  return rules.flatMap(({ apiGroups, resources, resourceNames, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((path) => {
        const [resource = '', subresource] = path.split('/');
        const where = {
          group,
          resource,
          ...(subresource === undefined ? {} : { subresource }),
          ...(namespace === undefined ? {} : { namespace }),
        };
        return verbs.flatMap((verb) =>
          resourceNames ? resourceNames.map((name) => ({ verb, ...where, name })) : [{ verb, ...where }],
        );
      }),
    ),
  );
}

/** The fewest rules that allow these, all of one namespace: what has the same names and verbs stands together. */
export function rulesFor(permissions: readonly Permission[]): readonly PolicyRule[] {
  const ofResource = groupBy(permissions, ({ group, resource, subresource }) =>
    JSON.stringify([group, subresource ? `${resource}/${subresource}` : resource]),
  );
  const rules = [...ofResource].flatMap(([key, all]) => {
    const [group, resource] = JSON.parse(key) as [string, string];
    const verbsOfName = groupBy(all, ({ name = '' }) => name);
    const namesOfVerbs = groupBy([...verbsOfName], ([, named]) => named.map(({ verb }) => verb).join());
    return [...namesOfVerbs].map(([verbs, named]) => ({ group, resource, names: named.map(([name]) => name), verbs }));
  });
  const alike = groupBy(rules, ({ group, names, verbs }) => JSON.stringify([group, names, verbs]));
  return [...alike.values()].map((together) => {
    const { group, names, verbs } = together[0]!;
    return {
      apiGroups: [group],
      resources: together.map(({ resource }) => resource),
      ...(names.includes('') ? {} : { resourceNames: names }),
      verbs: verbs.split(','),
    };
  });
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
