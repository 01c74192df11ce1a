import type { ObjectMeta } from './kubernetes.ts';
import {
  analysisName,
  analysisNamespace,
  leaseKeeperName,
  meshRevocationConfigMap,
  meshRootConfigMap,
} from './names.ts';
import { isOwn } from './own-object.ts';

/** The answer to a GET with the path, as JSON. @throws when it is not given */
export type Read = (path: string) => Promise<unknown>;

/** Why our namespace stays, as part of a sentence; '' when nothing of others is in it. When that cannot be told it stays. */
export async function reasonToSpare(read: Read): Promise<string> {
  try {
    const foreign = await foreignContents(read);
    return foreign.length === 0 ? '' : `it holds what Packet Inspector did not create: ${foreign.join(', ')}`;
  } catch (error) {
    return `its contents cannot be listed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

interface ListedKind {
  readonly kind: string;
  /** Of the objects of the namespace. */
  readonly path: string;
}

/** Objects in one page of a list. */
const pageSize = 500;
/** Pages read of one kind: a namespace that holds more is not ours. */
const mostPages = 20;

/**
 * What is in the namespace of the analysis service and was not made by us, nor by Kubernetes or the mesh in every namespace: names
 * as `ConfigMap notes`, the first one of each kind. The API server says which kinds there are, so none is left out.
 *
 * @throws when any of it may not, or cannot, be looked at: then nobody knows
 */
export async function foreignContents(read: Read): Promise<readonly string[]> {
  const kinds = await listedKinds(read);
  const found = await Promise.all(kinds.map((kind) => firstForeign(read, kind)));
  return found.filter((name) => name !== null);
}

/** Every kind that is stored in namespaces, in whatever version it is served. */
async function listedKinds(read: Read): Promise<readonly ListedKind[]> {
  const { groups } = (await read('/apis')) as {
    readonly groups: readonly { readonly versions: readonly { readonly groupVersion: string }[] }[];
  };
  const roots = ['/api/v1', ...groups.flatMap(({ versions }) => versions.map((one) => `/apis/${one.groupVersion}`))];
  const lists = await Promise.all(roots.map(async (root) => ({ root, ...((await read(root)) as ResourceList) })));
  const kinds = new Map<string, ListedKind>();
  for (const { root, resources } of lists) {
    const group = root.slice(0, root.lastIndexOf('/'));
    for (const { name, kind, namespaced, verbs } of resources) {
      // What cannot be listed is not kept; Events tell of others, and go by themselves.
      if (!namespaced || name.includes('/') || !verbs.includes('list') || kind === 'Event') continue;
      kinds.set(`${group}/${name}`, { kind, path: `${root}/namespaces/${analysisNamespace}/${name}` });
    }
  }
  return [...kinds.values()];
}

interface ResourceList {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly verbs: readonly string[];
  }[];
}

async function firstForeign(read: Read, { kind, path }: ListedKind): Promise<string | null> {
  let next = '';
  for (let page = 0; page < mostPages; page++) {
    const query = `limit=${pageSize}${next === '' ? '' : `&continue=${encodeURIComponent(next)}`}`;
    const { items, metadata } = (await read(`${path}?${query}`)) as {
      readonly items?: readonly { readonly metadata: ObjectMeta }[] | null;
      readonly metadata?: { readonly continue?: string };
    };
    const foreign = items?.find((item) => !isOwn(item) && !comesByItself(kind, item.metadata.name));
    if (foreign) return `${kind} ${foreign.metadata.name}`;
    next = metadata?.continue ?? '';
    if (next === '') return null;
  }
  return `more than ${pageSize * mostPages} of ${kind}`;
}

/** Accounts that Citadel, and Kubernetes before 1.24, write a secret for. */
const accounts = ['default', analysisName, leaseKeeperName];

/** Whether Kubernetes or the mesh puts it into each namespace. */
function comesByItself(kind: string, name: string): boolean {
  switch (kind) {
    case 'ServiceAccount':
      return name === 'default';
    case 'ConfigMap':
      return ['kube-root-ca.crt', meshRootConfigMap, meshRevocationConfigMap].includes(name);
    case 'Secret':
      return accounts.some(
        (account) => name === `istio.${account}` || new RegExp(`^${account}-token-[a-z0-9]{5}$`).test(name),
      );
    default:
      return false;
  }
}
