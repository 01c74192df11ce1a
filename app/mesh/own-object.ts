import type { CaptureSite } from './capture-site.ts';
import type { KubernetesObject, Manifest, ObjectMeta, OwnerReference } from './kubernetes.ts';
import { ownLabel } from './names.ts';
import type { Resource } from './resources.ts';

/** An object of ours: labelled, and owned by what it goes with. */
export function ownObject(
  { kind, apiVersion }: Resource,
  site: Pick<CaptureSite, 'owner'>,
  metadata: ObjectMeta,
  fields: Readonly<Record<string, unknown>>,
): Manifest {
  return {
    apiVersion,
    kind,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, ...ownLabel },
      ...(site.owner ? { ownerReferences: [site.owner] } : {}),
    },
    ...fields,
  };
}

/** What others say that they belong to an object by. */
export function ownerReference({ apiVersion, kind, metadata }: KubernetesObject): OwnerReference {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '' };
}

/** Whether an object was made by us: only those are ever changed or deleted. */
export function isOwn({ metadata }: { readonly metadata: ObjectMeta }): boolean {
  return Object.entries(ownLabel).every(([name, value]) => metadata.labels?.[name] === value);
}
