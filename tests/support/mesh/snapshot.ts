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

/**
 * All objects with everything that anybody has written into them, one line each; what is going is left out, and so are
 * releases of helm unless they are wanted: one of each upgrade stays.
 */
export async function objectStates(client: KubeClient, { hasReleases = false } = {}): Promise<string[]> {
  const objects = await everyObject(client);
  return objects
    .filter((object) => hasReleases || (object as { readonly type?: string }).type !== 'helm.sh/release.v1')
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined && !isElection(metadata))
    .map(({ status: _, metadata: { resourceVersion: __, managedFields: ___, ...metadata }, ...object }) =>
      JSON.stringify({ ...object, metadata }),
    )
    .sort();
}

/** What programs choose a leader by is renewed every few seconds. */
function isElection({ annotations = {} }: KubernetesObject['metadata']): boolean {
  return 'control-plane.alpha.kubernetes.io/leader' in annotations;
}

/** What is other than it was: both empty when all objects are as `objectStates` gave them. */
export interface StateChanges {
  readonly gone: readonly string[];
  readonly come: readonly string[];
}

export async function changesSince(
  client: KubeClient,
  before: readonly string[],
  options?: { readonly hasReleases?: boolean },
): Promise<StateChanges> {
  const now = await objectStates(client, options);
  return {
    gone: before.filter((state) => !now.includes(state)),
    come: now.filter((state) => !before.includes(state)),
  };
}

/** Waits until all objects are as they were; gives what is not in the end. */
export async function untilUnchanged(client: KubeClient, before: readonly string[]): Promise<StateChanges> {
  for (const end = Date.now() + 30_000; ; ) {
    const changes = await changesSince(client, before);
    if (changes.gone.length + changes.come.length === 0 || Date.now() > end) return changes;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** For `toEqual`. */
export const noChanges: StateChanges = { gone: [], come: [] };
