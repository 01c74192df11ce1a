import { gunzipSync } from 'node:zlib';
import {
  type HelmRelease,
  type ReleaseStorage,
  readRelease,
  releaseSecretType,
  releaseSelector,
} from '../../../app/mesh/aspen/helm-release.ts';
import type { KubernetesObject } from '../../../app/mesh/kubernetes.ts';
import { objectName, resources } from '../../../app/mesh/resources.ts';
import { errorText } from '../../log.ts';
import type { KubeClient } from '../kube/client.ts';
import { isForbidden } from '../kube/kube-error.ts';

/** Largest release that is unpacked; what it is kept in is at most 1 MiB. Bytes. */
const largestRelease = 64 << 20;

/** A secret or ConfigMap of helm. */
interface ReleaseObject extends KubernetesObject {
  readonly data?: { readonly release?: string };
}

export interface Releases {
  readonly releases: readonly HelmRelease[];
  /** What cannot be read and why, in sentences. */
  readonly unreadable: readonly string[];
}

/**
 * The newest revision of each helm release of a namespace (all namespaces for ''): the one that is deployed, unless a later one
 * is under way. helm keeps releases in secrets, or in ConfigMaps where HELM_DRIVER says so; in a database they are not seen.
 *
 * @throws KubeError when secrets may not be listed
 */
export async function listReleases(client: KubeClient, namespace: string): Promise<Releases> {
  const wanted = {
    ...(namespace === '' ? {} : { namespace }),
    labels: `${releaseSelector},status notin (superseded,uninstalled)`,
  };
  const unreadable: string[] = [];
  const [secrets, configMaps] = await Promise.all([
    client.list<ReleaseObject>(resources.secret, { ...wanted, fields: `type=${releaseSecretType}` }),
    client.list<ReleaseObject>(resources.configMap, wanted).catch((error: unknown) => {
      if (!isForbidden(error)) throw error;
      unreadable.push(`Releases that helm keeps in ConfigMaps are not seen: ${error.message}`);
      return [];
    }),
  ]);
  const newest = new Map<string, ReleaseObject>();
  for (const object of [...secrets, ...configMaps]) {
    const key = `${object.metadata.namespace}/${object.metadata.labels?.name}`;
    const known = newest.get(key);
    if (known === undefined || outranks(object, known)) newest.set(key, object);
  }
  const releases: HelmRelease[] = [];
  for (const object of newest.values()) {
    try {
      releases.push(readObject(object));
    } catch (error) {
      unreadable.push(`The helm release in ${objectName(object)} cannot be read: ${errorText(error)}.`);
    }
  }
  return { releases, unreadable };
}

/** What is deployed says how things are; what is pending blocks all else; what has failed says neither. */
function outranks(left: ReleaseObject, right: ReleaseObject): boolean {
  const rank = ({ metadata }: ReleaseObject) => {
    const status = metadata.labels?.status ?? '';
    return status.startsWith('pending') ? 2 : status === 'deployed' ? 1 : 0;
  };
  const revision = ({ metadata }: ReleaseObject) => Number(metadata.labels?.version ?? 0);
  return rank(left) - rank(right) > 0 || (rank(left) === rank(right) && revision(left) > revision(right));
}

function readObject({ kind, data, metadata }: ReleaseObject): HelmRelease {
  const storage: ReleaseStorage = kind === resources.secret.kind ? 'secret' : 'configmap';
  const gunzip = (bytes: Uint8Array) => gunzipSync(bytes, { maxOutputLength: largestRelease });
  const release = readRelease(storage, data?.release ?? '', gunzip);
  // helm itself goes by the labels.
  return { ...release, status: metadata.labels?.status ?? release.status };
}
