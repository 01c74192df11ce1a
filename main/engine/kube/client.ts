import type { KubernetesObject, Manifest } from '../../../app/mesh/kubernetes.ts';
import { fieldManager } from '../../../app/mesh/names.ts';
import type { Permission } from '../../../app/mesh/permission.ts';
import { type Resource, resourceOf, resourcePath } from '../../../app/mesh/resources.ts';
import type { KubeConnection } from './connection.ts';
import { isExpired, isNotFound, KubeError } from './kube-error.ts';

/** Objects in one page of a list. */
const pageSize = 500;
/** Seconds until a watch is to be begun anew. */
const longestWatch = 600;

export interface ApplyOptions {
  /** The API server checks everything and keeps nothing. */
  readonly dryRun?: boolean;
  /** Takes fields over that others own. */
  readonly force?: boolean;
}

export interface ListOptions {
  /** All namespaces when left out. */
  readonly namespace?: string;
  /** `app=cart,tier!=test`. */
  readonly labels?: string;
  readonly fields?: string;
  /** Milliseconds for an answer to begin. */
  readonly timeout?: number;
}

/** The few verbs of the Kubernetes API that are used here, typed. All throw `KubeError`. */
export class KubeClient {
  readonly connection: KubeConnection;

  constructor(connection: KubeConnection) {
    this.connection = connection;
  }

  async get<T extends KubernetesObject>(resource: Resource, namespace: string, name: string): Promise<T> {
    return (await this.connection.json({ method: 'GET', path: resourcePath(resource, namespace, name) })) as T;
  }

  /** null when there is none. */
  async find<T extends KubernetesObject>(resource: Resource, namespace: string, name: string): Promise<T | null> {
    try {
      return await this.get<T>(resource, namespace, name);
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  /** All objects. Items carry kind and version, which lists leave out. */
  async list<T extends KubernetesObject>(resource: Resource, options: ListOptions = {}): Promise<T[]> {
    return this.collect<T, T>(resource, options, (page) => page);
  }

  /**
   * What is kept of all objects, page by page: a large cluster's are not held all at once. A list whose next page the API server has lost meanwhile
   * (410 Gone, after some minutes) is begun anew, once.
   */
  async collect<T extends KubernetesObject, Kept>(
    resource: Resource,
    options: ListOptions,
    keep: (page: readonly T[]) => readonly Kept[],
    again = true,
  ): Promise<Kept[]> {
    const kept: Kept[] = [];
    try {
      for await (const { items } of this.pages<T>(resource, options)) kept.push(...keep(items));
      return kept;
    } catch (error) {
      if (!again || !isExpired(error)) throw error;
      return this.collect(resource, options, keep, false);
    }
  }

  /** All objects, page by page, so that they need not be held all at once. */
  async *pages<T extends KubernetesObject>(
    resource: Resource,
    options: ListOptions = {},
  ): AsyncGenerator<{ readonly items: readonly T[]; readonly version: string }> {
    const { apiVersion, kind } = resource;
    const { timeout } = options;
    let next = '';
    do {
      const query = selectors(options, { limit: String(pageSize) });
      if (next) query.set('continue', next);
      const path = `${resourcePath(resource, options.namespace)}?${query}`;
      const page = (await this.connection.json({ method: 'GET', path, ...(timeout && { timeout }) })) as ObjectList<T>;
      yield {
        items: (page.items ?? []).map((item) => ({ ...item, apiVersion, kind })),
        version: page.metadata?.resourceVersion ?? '',
      };
      next = page.metadata?.continue ?? '';
    } while (next);
  }

  /**
   * What changes after a version, until the server ends it (after some minutes) or `signal` does.
   * @throws KubeError 410 when the version is too old: then it has to be listed anew
   */
  async *watch<T extends KubernetesObject>(
    resource: Resource,
    version: string,
    signal: AbortSignal,
    options: ListOptions = {},
  ): AsyncGenerator<WatchEvent<T>> {
    const query = selectors(options, { watch: 'true', resourceVersion: version, allowWatchBookmarks: 'true' });
    // At random, so that the watches of a cluster do not all end at once.
    query.set('timeoutSeconds', String(Math.round(longestWatch * (0.5 + Math.random() / 2))));
    const path = `${resourcePath(resource, options.namespace)}?${query}`;
    for await (const line of this.connection.lines({ method: 'GET', path, signal })) {
      const event = JSON.parse(line) as WatchEvent<T> | WatchError;
      if (event.type === 'ERROR') {
        const { code = 0, reason = '', message = '' } = event.object;
        throw new KubeError(code, reason, message);
      }
      yield event;
    }
  }

  /** Server-side apply: the fields of `manifest` become as they are there, all others stay. */
  async apply<T extends KubernetesObject>(manifest: Manifest, options: ApplyOptions = {}): Promise<T> {
    const { namespace, name } = manifest.metadata;
    const query = new URLSearchParams({ fieldManager, force: String(options.force ?? false) });
    if (options.dryRun) query.set('dryRun', 'All');
    return (await this.connection.json({
      method: 'PATCH',
      path: `${resourcePath(resourceOf(manifest), namespace, name)}?${query}`,
      body: manifest,
      contentType: 'application/apply-patch+yaml',
    })) as T;
  }

  async create<T extends KubernetesObject>(resource: Resource, manifest: Manifest): Promise<T> {
    const path = `${resourcePath(resource, manifest.metadata.namespace)}?fieldManager=${fieldManager}`;
    return (await this.connection.json({ method: 'POST', path, body: manifest })) as T;
  }

  /**
   * Deletes an object, the one with `uid` only when that is given: one that was made anew under the name in the meantime
   * stays. False when there was none.
   */
  async delete(resource: Resource, namespace: string, name: string, uid?: string): Promise<boolean> {
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      ...(uid ? { preconditions: { uid } } : {}),
    };
    try {
      await this.connection.json({ method: 'DELETE', path: resourcePath(resource, namespace, name), body });
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  /** Whether the user of this context may do that (SelfSubjectAccessReview), and what the API server says about it. */
  async may(permission: Permission): Promise<{ readonly allowed: boolean; readonly reason: string }> {
    const review = (await this.connection.json({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: permission },
      },
    })) as { status?: { allowed?: boolean; reason?: string } };
    return { allowed: review.status?.allowed === true, reason: review.status?.reason ?? '' };
  }

  /** The end of a container's log. */
  async logs(namespace: string, pod: string, container: string, lines: number, previous = false): Promise<string> {
    const query = new URLSearchParams({ container, tailLines: String(lines), previous: String(previous) });
    return this.connection.text({
      method: 'GET',
      path: `/api/v1/namespaces/${namespace}/pods/${pod}/log?${query}`,
    });
  }

  /** `v1.33.13`. */
  async version(): Promise<string> {
    const { gitVersion } = (await this.connection.json({ method: 'GET', path: '/version' })) as { gitVersion?: string };
    if (!gitVersion) throw new KubeError(200, '', `${this.connection.server} does not answer like Kubernetes.`);
    return gitVersion;
  }

  /** Who the API server takes us for; '' where it cannot say (before Kubernetes 1.28). */
  async userName(): Promise<string> {
    try {
      const review = (await this.connection.json({
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
      })) as { status?: { userInfo?: { username?: string } } };
      return review.status?.userInfo?.username ?? '';
    } catch (error) {
      if (error instanceof KubeError && error.status !== 0) return '';
      throw error;
    }
  }
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes */
export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: T;
}

interface WatchError {
  readonly type: 'ERROR';
  readonly object: { readonly code?: number; readonly reason?: string; readonly message?: string };
}

function selectors({ labels, fields }: ListOptions, more: Readonly<Record<string, string>>): URLSearchParams {
  const query = new URLSearchParams(more);
  if (labels) query.set('labelSelector', labels);
  if (fields) query.set('fieldSelector', fields);
  return query;
}

interface ObjectList<T> {
  readonly metadata?: { readonly continue?: string; readonly resourceVersion?: string };
  readonly items?: readonly T[];
}
