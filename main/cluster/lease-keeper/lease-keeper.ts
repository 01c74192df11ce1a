import { analysisNamespaceObject } from '../../../app/mesh/analysis-namespace.ts';
import { captureEvent } from '../../../app/mesh/capture-event.ts';
import { isSwitchedOn, switchFilter } from '../../../app/mesh/filter-switch.ts';
import type { KubernetesObject, Lease } from '../../../app/mesh/kubernetes.ts';
import { type ReadLease, readLease } from '../../../app/mesh/lease.ts';
import { LeaseWatch, type MonotonicClock } from '../../../app/mesh/lease-watch.ts';
import { reasonToSpare } from '../../../app/mesh/namespace-contents.ts';
import { isOwn, ownerReference } from '../../../app/mesh/own-object.ts';
import type { Removal } from '../../../app/mesh/removal.ts';
import { resourcePath, resources } from '../../../app/mesh/resources.ts';
import { errorText, type Log } from '../../log.ts';
import { newGeneration } from '../../new-generation.ts';
import type { ClusterApi } from './cluster-api.ts';

export interface LeaseKeeperOptions {
  readonly api: ClusterApi;
  /** `namespace/name`. */
  readonly lease: string;
  readonly removal: Removal;
  readonly clock: MonotonicClock;
  /** Milliseconds between looks at the lease. */
  readonly lookEvery: number;
  readonly log: Log;
}

export interface LeaseKeeper {
  /** What is not as it should be, in sentences. */
  problems(): readonly string[];
  close(): void;
}

/** Between making the filters idle and removing their way out: what they still hold gets through. Milliseconds. */
const drainTime = 1_000;

/**
 * Ends the capture when its lease has run out, from inside the cluster: the filters become idle first, then they and their slots go,
 * unless they were to stay, then their clusters, then the owner of everything else, this program included. A namespace of ours stays
 * when anything of others is in it. What fails is tried
 * again until it is done.
 */
export function startLeaseKeeper(options: LeaseKeeperOptions): LeaseKeeper {
  const { api, lookEvery, log } = options;
  const watch = new LeaseWatch(options.clock);
  const path = pathOf(resources.lease, options.lease);
  let problem = '';
  /** What the lease said last. */
  let last: ReadLease | null = null;
  let told = false;
  let closed = false;
  let timer = setTimeout(look, 0);

  function look(): void {
    step()
      .then(
        () => {
          problem = '';
        },
        (error: unknown) => {
          const reason = errorText(error);
          if (reason !== problem) log.warning('the lease cannot be kept', { reason });
          problem = reason;
        },
      )
      .finally(() => {
        if (!closed) timer = setTimeout(look, lookEvery);
      });
  }

  async function step(): Promise<void> {
    // Judged only right after it was read: it may have been renewed while the API server was away.
    const lease = (await api.get(path)) as Lease | null;
    watch.observe(lease);
    if (lease) last = readLease(lease);
    if (watch.left > 0) return;
    log.warning('the lease has run out: the capture is removed', { lease: options.lease });
    await remove();
  }

  async function remove(): Promise<void> {
    const { filters, slots, slot, clusters, clusterRole } = options.removal;
    let allIdle = true;
    for (const name of filters) allIdle = (await makeIdle(name)) && allIdle;
    await new Promise((resolve) => setTimeout(resolve, drainTime));
    // What cannot be made idle does not stay, whatever was chosen.
    if (slot === 'remove' || !allIdle) for (const name of [...filters, ...slots]) await removeOwn(name);
    for (const name of clusters) await removeOwn(name);
    await tell();
    await settleNamespace();
    await api.delete(resourcePath(resources.clusterRole, '', clusterRole));
  }

  /**
   * Has our namespace belong to the owner that is deleted next, if it may go: deleted by itself it would take this program along
   * before the rest is done.
   */
  async function settleNamespace(): Promise<void> {
    const { namespace, clusterRole } = options.removal;
    if (namespace === null) return;
    const path = resourcePath(resources.namespace, '', namespace);
    const found = (await api.get(path)) as KubernetesObject | null;
    const role = (await api.get(resourcePath(resources.clusterRole, '', clusterRole))) as KubernetesObject | null;
    if (found === null || !isOwn(found) || role === null) return;
    const reason = await reasonToSpare((listed) => api.readMetadata(listed));
    if (reason !== '') log.warning('the namespace is left', { namespace, reason });
    await api.apply(path, analysisNamespaceObject({ owner: reason === '' ? ownerReference(role) : null }));
  }

  /** Once, and where it cannot be told the removal goes on. */
  async function tell(): Promise<void> {
    if (told) return;
    const { meshNamespace } = options.removal;
    const change = {
      what: 'ended',
      user: last?.user ?? '',
      scope: last?.scope ?? '',
      until: last?.until ?? null,
    } as const;
    try {
      const event = captureEvent(meshNamespace, change, Date.now(), newGeneration());
      await api.create(resourcePath(resources.event, meshNamespace), event);
      told = true;
    } catch (error) {
      log.warning('the Event cannot be written', { reason: errorText(error) });
    }
  }

  /** False when it may capture still. */
  async function makeIdle(name: string): Promise<boolean> {
    const path = pathOf(resources.envoyFilter, name);
    try {
      const found = (await api.get(path)) as KubernetesObject | null;
      if (found === null || !isOwn(found) || !isSwitchedOn(found)) return true;
      const idle = switchFilter(found, { capturing: false, generation: newGeneration() });
      if (idle) await api.apply(path, idle);
      log.info('made idle', { envoyFilter: name });
      return true;
    } catch (error) {
      log.warning('cannot be made idle, so it is removed', { envoyFilter: name, reason: errorText(error) });
      return false;
    }
  }

  /** An object that a user has made under our name stays. */
  async function removeOwn(name: string): Promise<void> {
    const filter = pathOf(resources.envoyFilter, name);
    const found = (await api.get(filter)) as KubernetesObject | null;
    if (found === null || !isOwn(found)) return;
    await api.delete(filter);
    log.info('removed', { envoyFilter: name });
  }

  return {
    problems: () => (problem === '' ? [] : [`the lease cannot be kept: ${problem}`]),
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

function pathOf(resource: (typeof resources)['lease' | 'envoyFilter'], name: string): string {
  const slash = name.indexOf('/');
  return resourcePath(resource, name.slice(0, slash), name.slice(slash + 1));
}
