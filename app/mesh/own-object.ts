import type { CaptureSite } from './capture-site.ts';
import type { Manifest, ObjectMeta } from './kubernetes.ts';
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

/** Whether an object was made by us: only those are ever changed or deleted. */
export function isOwn({ metadata }: { readonly metadata: ObjectMeta }): boolean {
  return Object.entries(ownLabel).every(([name, value]) => metadata.labels?.[name] === value);
}
