import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { HeartbeatDocument } from '../../../../app/capture/document.ts';
import type { Manifest, Pod } from '../../../../app/mesh/kubernetes.ts';
import type { MeshPod } from '../../../../app/mesh/pod-reader.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { beginning, readTail } from '../../receiver/tail-client.ts';

/** The workload that gets the filter before all others. */
export interface Canary {
  /** One of its pods, that is ready. */
  readonly pod: MeshPod;
  /** `namespace/pod` of all pods that its labels choose. */
  readonly pods: readonly string[];
}

/** A workload by one of its pods, and all pods to be captured that its labels choose. */
export interface CanaryCandidate {
  readonly pod: MeshPod;
  readonly chosen: readonly MeshPod[];
}

/** So many pods of a workload are looked at for one that is ready. */
const mostTries = 20;

/**
 * Workloads with sidecars, those first whose labels choose the fewest pods.
 *
 * @param preferred pods whose workloads come before all others; null for none
 */
export function orderCanaries(
  pods: readonly MeshPod[],
  preferred: ReadonlySet<MeshPod> | null = null,
): readonly CanaryCandidate[] {
  const sidecars = pods.filter(({ proxy }) => proxy === 'sidecar');
  const workloads = new Map(sidecars.map((pod) => [`${pod.namespace}/${pod.workload}`, pod]));
  const byLabels = new Map<string, readonly MeshPod[]>();
  const chosenBy = (labels: MeshPod['labels']) => {
    const key = JSON.stringify(labels);
    const chosen = byLabels.get(key) ?? pods.filter((pod) => hasLabels(pod, labels));
    byLabels.set(key, chosen);
    return chosen;
  };
  const rank = ({ pod }: CanaryCandidate) => (preferred?.has(pod) ? 0 : 1);
  return (
    [...workloads.values()]
      // A selector without labels would choose all.
      .filter(({ labels }) => Object.keys(labels).length > 0)
      .map((pod): CanaryCandidate => ({ pod, chosen: chosenBy(pod.labels) }))
      .sort((a, b) => rank(a) - rank(b) || a.chosen.length - b.chosen.length)
  );
}

/** The candidate by one of its pods that is ready; null when none is. */
export async function readyCanary(client: KubeClient, { pod, chosen }: CanaryCandidate): Promise<Canary | null> {
  const own = chosen.filter(({ namespace, workload }) => namespace === pod.namespace && workload === pod.workload);
  for (const one of own.slice(0, mostTries)) {
    if (await isReady(client, one)) return { pod: one, pods: chosen.map((each) => `${each.namespace}/${each.pod}`) };
  }
  return null;
}

async function isReady(client: KubeClient, { namespace, pod }: MeshPod): Promise<boolean> {
  const found = await client.find<Pod>(resources.pod, namespace, pod);
  if (found === null || found.metadata.deletionTimestamp) return false;
  return found.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

function hasLabels({ labels }: MeshPod, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

/** Those of the EnvoyFilters that reach a workload, for it alone. Made wider again they change nothing for it. */
export function narrowTo(
  { namespace, labels }: MeshPod,
  manifests: readonly Manifest[],
  rootNamespace: string,
): readonly Manifest[] {
  return manifests
    .filter(({ metadata, spec }) => {
      if (metadata.namespace !== namespace && metadata.namespace !== rootNamespace) return false;
      const { workloadSelector } = spec as { workloadSelector?: { labels?: Readonly<Record<string, string>> } };
      return Object.entries(workloadSelector?.labels ?? {}).every(([name, value]) => labels[name] === value);
    })
    .map((manifest) => ({ ...manifest, spec: { ...(manifest.spec as object), workloadSelector: { labels } } }));
}

/** What became of a filter in the first workload. */
export type CanaryOutcome =
  | { readonly kind: 'heard'; readonly pod: string }
  /** The proxy said why it did not take it. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'silent' };

export interface CanaryWatch {
  /** Opens a stream to the receiver's live tail; null where captures and heartbeats go to a service that nobody here can listen to. */
  readonly connect: (() => Promise<Duplex>) | null;
  /** `namespace/pod`. */
  readonly pods: readonly string[];
  /** Why one of them did not take what it was sent; '' as long as nothing is known. */
  readonly refusal: () => Promise<string>;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Between two questions for a refusal. One that is found twice is of now, and not of what was sent before. Milliseconds. */
const askEvery = 1_000;

/**
 * Does `change`, and waits for the first heartbeat of one of the pods that says that its filter captures: sent by the filter in
 * the proxy, taken by the aggregator of its node, come through the receiver. Where no heartbeat can be heard, it only waits whether
 * one of the proxies refuses.
 *
 * @throws what `change` throws, and when the connection to the receiver broke
 */
export async function watchCanary(change: () => Promise<void>, watch: CanaryWatch): Promise<CanaryOutcome> {
  const stream = (await watch.connect?.()) ?? null;
  const isWanted = (document: HeartbeatDocument) =>
    document.capturing && watch.pods.includes(`${document.namespace}/${document.pod}`);
  const stop = new AbortController();
  try {
    const heard = new Promise<CanaryOutcome>((resolve, reject) => {
      if (!stream) return;
      const ended = readTail(stream, beginning, {
        ready() {},
        document(document) {
          if (document.type !== 'heartbeat' || !isWanted(document)) return;
          resolve({ kind: 'heard', pod: `${document.namespace}/${document.pod}` });
        },
      });
      void ended.then((reason) => reject(new Error(`The connection to the analysis service broke: ${reason}.`)));
    });
    const outcome = Promise.race([heard, refusedOrSilent(watch, stop.signal)]);
    const [result] = await Promise.all([outcome, change()]);
    return result;
  } finally {
    stop.abort();
    stream?.destroy();
  }
}

async function refusedOrSilent({ refusal, timeout }: CanaryWatch, signal: AbortSignal): Promise<CanaryOutcome> {
  let before = '';
  for (const end = Date.now() + timeout; Date.now() < end && !signal.aborted; ) {
    await pause(askEvery, undefined, { signal }).catch(() => {});
    if (signal.aborted) break;
    const reason = await refusal();
    if (reason !== '' && reason === before) return { kind: 'refused', reason };
    before = reason;
  }
  return { kind: 'silent' };
}
