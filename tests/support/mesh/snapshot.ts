import type { KubernetesObject } from '../../../app/mesh/kubernetes.ts';
import { objectName } from '../../../app/mesh/resources.ts';
import type { KubeClient } from '../../../main/engine/kube/client.ts';

interface ApiResourceList {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly verbs: readonly string[];
  }[];
}

/** Kinds that change by themselves while a cluster runs. */
const restless = new Set([
  'Event',
  'Lease',
  'EndpointSlice',
  'Endpoints',
  'ControllerRevision',
  'PodMetrics',
  'NodeMetrics',
]);

/** Names of all objects of all kinds that the API server knows, as `kubectl get` would list them; sorted. */
export async function allObjects(client: KubeClient): Promise<string[]> {
  const objects = await everyObject(client);
  return objects.map((object) => `${objectName(object)} (${object.apiVersion})`).sort();
}

type AnyObject = KubernetesObject & { readonly status?: unknown };

async function everyObject(client: KubeClient): Promise<AnyObject[]> {
  const groups = (await client.connection.json({ method: 'GET', path: '/apis' })) as {
    groups: { preferredVersion: { groupVersion: string } }[];
  };
  const versions = ['v1', ...groups.groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
  const lists = await Promise.all(
    versions.map(async (apiVersion) => {
      const path = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
      const { resources } = (await client.connection.json({ method: 'GET', path })) as ApiResourceList;
      const kinds = resources.filter(
        ({ name, kind, verbs }) => !name.includes('/') && verbs.includes('list') && !restless.has(kind),
      );
      const found = await Promise.all(
        kinds.map(({ name, kind, namespaced }) =>
          client.list<AnyObject>({ kind, apiVersion, plural: name, namespaced }),
        ),
      );
      return found.flat();
    }),
  );
  return lists.flat();
}

/** All objects with everything that anybody has written into them, one line each; releases of helm, and what is going, are left out. */
export async function objectStates(client: KubeClient): Promise<string[]> {
  const objects = await everyObject(client);
  return objects
    .filter((object) => (object as { readonly type?: string }).type !== 'helm.sh/release.v1')
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ status: _, metadata: { resourceVersion: __, managedFields: ___, ...metadata }, ...object }) =>
      JSON.stringify({ ...object, metadata }),
    )
    .sort();
}
