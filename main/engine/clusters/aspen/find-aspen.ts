import { type AspenMesh, readAspenMesh } from '../../../../app/mesh/aspen/aspen-mesh.ts';
import type { Deployment } from '../../../../app/mesh/kubernetes.ts';
import { controlPlaneSelector } from '../../../../app/mesh/mesh-reader.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import { listReleases } from '../../helm/releases.ts';
import type { KubeClient } from '../../kube/client.ts';

export interface AspenMeshes {
  readonly meshes: readonly AspenMesh[];
  /** Releases that may be of Aspen Mesh, and cannot be read: sentences. */
  readonly unreadable: readonly string[];
}

/** Annotation of helm on each object of a release: where it is kept. */
const releaseNamespace = 'meta.helm.sh/release-namespace';

/**
 * All releases of Aspen Mesh, looked for in the namespaces of control planes, and in those that these name as their releases';
 * none when the cluster has another mesh.
 *
 * @throws KubeError when Deployments or secrets may not be seen
 */
export async function findAspenMeshes(client: KubeClient): Promise<AspenMeshes> {
  const planes = await client.list<Deployment>(resources.deployment, { labels: controlPlaneSelector });
  /** Control planes by the namespace of their releases. */
  const places = new Map<string, Deployment[]>();
  for (const plane of planes) {
    const { namespace = '', annotations } = plane.metadata;
    for (const place of new Set([namespace, annotations?.[releaseNamespace] ?? namespace])) {
      places.set(place, [...(places.get(place) ?? []), plane]);
    }
  }
  const found = await Promise.all(
    [...places].map(async ([place, belonging]) => {
      const image = belonging
        .flatMap(({ spec }) => spec.template.spec.containers.map(({ image: name = '' }) => name))
        .join(' ');
      const { releases, unreadable } = await listReleases(client, place);
      const namespace = belonging[0]?.metadata.namespace ?? place;
      return { meshes: releases.map((release) => readAspenMesh(release, image, namespace)), unreadable };
    }),
  );
  return {
    meshes: found.flatMap(({ meshes }) => meshes).filter((mesh) => mesh !== null),
    unreadable: found.flatMap(({ unreadable }) => unreadable),
  };
}

/** The one release to work with. @throws Error when there is none, or when there are several and none was named */
export async function findAspenMesh(client: KubeClient, named: string): Promise<AspenMesh> {
  const { meshes, unreadable } = await findAspenMeshes(client);
  const wanted = named === '' ? meshes : meshes.filter(({ release }) => release.name === named);
  const [mesh] = wanted;
  const names = meshes.map(({ release, version }) => `${release.name} (${version.text})`).join(', ');
  if (!mesh) {
    throw new Error(
      meshes.length === 0
        ? ['There is no helm release of Aspen Mesh in this cluster.', ...unreadable].join(' ')
        : `There is no release ${named} of Aspen Mesh, only ${names}.`,
    );
  }
  if (wanted.length > 1) {
    throw new Error(`There are several releases of Aspen Mesh: ${names}. Choose one: --release ${mesh.release.name}`);
  }
  return mesh;
}
