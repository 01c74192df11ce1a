import type { Remainder } from '../../../../app/api/cluster-types.ts';
import type { SlotChoice } from '../../../../app/mesh/capture-options.ts';
import { isSwitchedOn } from '../../../../app/mesh/filter-switch.ts';
import type { Deployment, KubernetesObject, Manifest, Namespace } from '../../../../app/mesh/kubernetes.ts';
import { controlPlaneSelector, readMesh } from '../../../../app/mesh/mesh-reader.ts';
import {
  analysisNamespace,
  clusterFilterName,
  defaultMeshNamespace,
  metadataOnly,
  ownSelector,
  slotLabel,
} from '../../../../app/mesh/names.ts';
import { reasonToSpare } from '../../../../app/mesh/namespace-contents.ts';
import { ownKinds, placesOf, podKind } from '../../../../app/mesh/own-kinds.ts';
import { isOwn } from '../../../../app/mesh/own-object.ts';
import { objectName, type Resource, resourceOf, resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { isForbidden, isNotFound, KubeError } from '../../kube/kube-error.ts';

/** Applies an object, unless there is one of the same name that is not ours. */
export async function applyOwn(client: KubeClient, manifest: Manifest): Promise<KubernetesObject> {
  const { namespace = '', name } = manifest.metadata;
  const there = await client.find(resourceOf(manifest), namespace, name);
  if (there && !isOwn(there)) {
    throw new KubeError(
      409,
      'Foreign',
      `${objectName(manifest)} already exists and was not created by Packet Inspector: rename or remove it first.`,
    );
  }
  // What somebody has changed in an object of ours by hand becomes ours again.
  return client.apply(manifest, { force: true });
}

/** All objects of ours in the cluster, in the order in which they are to be removed. */
export async function listOwn(client: KubeClient): Promise<readonly KubernetesObject[]> {
  const meshNamespace = await findMeshNamespace(client);
  const lists = await Promise.all(
    ownKinds.flatMap((kind) =>
      placesOf(kind, meshNamespace).map(async (namespace) => {
        try {
          return await listPlace(client, kind.resource, namespace);
        } catch (error) {
          // A cluster without Istio has no such kind.
          if (isNotFound(error)) return [];
          throw error;
        }
      }),
    ),
  );
  return lists.flat();
}

/** Where the mesh's control plane is, or is by default where it has gone meanwhile. */
export async function findMeshNamespace(client: KubeClient): Promise<string> {
  const planes = await client.list<Deployment>(resources.deployment, { labels: controlPlaneSelector });
  return readMesh(planes)?.namespace ?? defaultMeshNamespace;
}

async function listPlace(client: KubeClient, resource: Resource, namespace: string | undefined) {
  const found = await client.list<KubernetesObject>(resource, {
    labels: ownSelector,
    ...(namespace === undefined ? {} : { namespace }),
  });
  // A namespace goes with all that is in it: none but ours is ever taken for ours.
  return found.filter(({ kind, metadata }) => kind !== resources.namespace.kind || metadata.name === analysisNamespace);
}

export function isSlot({ kind, metadata }: KubernetesObject): boolean {
  return kind === resources.envoyFilter.kind && Object.entries(slotLabel).every(([n, v]) => metadata.labels?.[n] === v);
}

export function isClusterFilter({ kind, metadata }: KubernetesObject): boolean {
  return kind === resources.envoyFilter.kind && metadata.name === clusterFilterName;
}

export function isCapturingFilter(object: KubernetesObject): boolean {
  return object.kind === resources.envoyFilter.kind && !isClusterFilter(object) && !isSlot(object);
}

/** Why our namespace is not to be removed; '' when nothing of others is in it. */
export function whyNamespaceStays(client: KubeClient): Promise<string> {
  return reasonToSpare((path) => client.connection.json({ method: 'GET', path, accept: metadataOnly }));
}

/** Deletes objects and waits until they are gone. @throws when one is still there after `timeout` milliseconds */
export async function removeOwn(
  client: KubeClient,
  objects: readonly KubernetesObject[],
  timeout: number,
): Promise<void> {
  await Promise.all(objects.map((object) => deleteObject(client, object)));
  const end = Date.now() + timeout;
  let left = objects;
  for (;;) {
    left = await stillThere(client, left);
    if (left.length === 0) return;
    if (Date.now() > end)
      throw new Error(`${left.map(objectName).join(', ')} was deleted but is still there${whyStill(left)}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What keeps objects that are going, by their own word. */
function whyStill(objects: readonly KubernetesObject[]): string {
  const said = objects.flatMap((object) => {
    const { status } = object as Namespace;
    const conditions = (status?.conditions ?? [])
      .filter((one) => one.status === 'True')
      .map(({ message = '' }) => message);
    const { finalizers = [] } = object.metadata;
    return [...conditions, ...(finalizers.length > 0 ? [`finalizers: ${finalizers.join(', ')}`] : [])];
  });
  return said.length === 0 ? '' : ` (${said.join(' ')})`;
}

async function deleteObject(client: KubeClient, object: KubernetesObject): Promise<void> {
  const { namespace = '', name, uid } = object.metadata;
  try {
    await client.delete(resourceOf(object), namespace, name, uid);
  } catch (error) {
    // One of the same name that was made in the meantime, or a namespace that goes already.
    if (!(error instanceof KubeError && error.status === 409)) throw error;
  }
}

async function stillThere(
  client: KubeClient,
  objects: readonly KubernetesObject[],
): Promise<readonly KubernetesObject[]> {
  const found = await Promise.all(
    objects.map((object) =>
      client.find<KubernetesObject>(resourceOf(object), object.metadata.namespace ?? '', object.metadata.name),
    ),
  );
  return found
    .filter((object) => object !== null)
    .filter(({ metadata: { uid } }) => objects.some((one) => one.metadata.uid === uid));
}

/**
 * Looks for everything of ours once more, kind by kind. With the choice to keep the slot, it and what is in
 * it are what was kept, but not a filter that captures.
 *
 * @param spared why our namespace stays; '' when it does not
 */
export async function lookForRemainder(client: KubeClient, slot: SlotChoice, spared: string): Promise<Remainder> {
  const meshNamespace = await findMeshNamespace(client);
  const looked: string[] = [];
  const found: KubernetesObject[] = [];
  for (const kind of [...ownKinds, podKind]) {
    const { resource } = kind;
    const places = placesOf(kind, meshNamespace);
    try {
      const lists = await Promise.all(places.map((namespace) => listPlace(client, resource, namespace)));
      found.push(...lists.flat());
      const inside =
        places[0] === undefined ? (resource.namespaced ? ' in all namespaces' : '') : ` in ${places.join(' and ')}`;
      looked.push(`${resource.plural}${inside}`);
    } catch (error) {
      if (isNotFound(error)) looked.push(`${resource.plural}: no such kind in this cluster`);
      else if (isForbidden(error)) looked.push(`${resource.plural}: you may not list them`);
      else throw error;
    }
  }
  const mayStay = (object: KubernetesObject) =>
    slot === 'keep' && (isSlot(object) || (isCapturingFilter(object) && !isSwitchedOn(object)));
  const isSpared = ({ kind }: KubernetesObject) => kind === resources.namespace.kind && spared !== '';
  return {
    looked,
    left: found.filter((object) => !mayStay(object) && !isSpared(object)).map(objectName),
    kept: found.filter(mayStay).map(objectName),
    spared: found.filter(isSpared).map((object) => `${objectName(object)}: ${spared}`),
  };
}
