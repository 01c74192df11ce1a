import { gunzipSync } from 'node:zlib';
import {
  type HelmRelease,
  readRelease,
  releaseSecretType,
  releaseSelector,
} from '../../../app/mesh/aspen/helm-release.ts';
import type { KubernetesObject } from '../../../app/mesh/kubernetes.ts';
import { resources } from '../../../app/mesh/resources.ts';
import { errorText } from '../../log.ts';
import type { KubeClient } from '../kube/client.ts';

/** Largest release that is unpacked; the secret itself is at most 1 MiB. Bytes. */
const largestRelease = 64 << 20;

interface ReleaseSecret extends KubernetesObject {
  readonly data?: { readonly release?: string };
}

export interface Releases {
  readonly releases: readonly HelmRelease[];
  /** Which secrets cannot be read and why, in sentences. */
  readonly unreadable: readonly string[];
}

/**
 * The newest revision of each helm release of a namespace (all namespaces for ''): the one that is deployed, unless a later one
 * is under way.
 *
 * @throws KubeError when secrets may not be listed
 */
export async function listReleases(client: KubeClient, namespace: string): Promise<Releases> {
  const secrets = await client.list<ReleaseSecret>(resources.secret, {
    ...(namespace === '' ? {} : { namespace }),
    labels: `${releaseSelector},status notin (superseded,uninstalled)`,
    fields: `type=${releaseSecretType}`,
  });
  const newest = new Map<string, ReleaseSecret>();
  for (const secret of secrets) {
    const key = `${secret.metadata.namespace}/${secret.metadata.labels?.name}`;
    const known = newest.get(key);
    if (known === undefined || outranks(secret, known)) newest.set(key, secret);
  }
  const releases: HelmRelease[] = [];
  const unreadable: string[] = [];
  for (const secret of newest.values()) {
    try {
      releases.push(readSecret(secret));
    } catch (error) {
      const { namespace: inside, name } = secret.metadata;
      unreadable.push(`The helm release in the secret ${inside}/${name} cannot be read: ${errorText(error)}.`);
    }
  }
  return { releases, unreadable };
}

/** What is deployed says how things are; what is pending blocks all else; what has failed says neither. */
function outranks(left: ReleaseSecret, right: ReleaseSecret): boolean {
  const rank = ({ metadata }: ReleaseSecret) => {
    const status = metadata.labels?.status ?? '';
    return status.startsWith('pending') ? 2 : status === 'deployed' ? 1 : 0;
  };
  const revision = ({ metadata }: ReleaseSecret) => Number(metadata.labels?.version ?? 0);
  return rank(left) - rank(right) > 0 || (rank(left) === rank(right) && revision(left) > revision(right));
}

function readSecret({ data, metadata }: ReleaseSecret): HelmRelease {
  const release = readRelease(data?.release ?? '', (bytes) => gunzipSync(bytes, { maxOutputLength: largestRelease }));
  // helm itself goes by the labels.
  return { ...release, status: metadata.labels?.status ?? release.status };
}
