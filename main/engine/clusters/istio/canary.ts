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

/** So many workloads are looked at for one with a pod that is ready. */
const mostTries = 20;

/** Of those with sidecars the workload whose labels choose the fewest pods; null when there is none with a pod that is ready. */
export async function chooseCanary(client: KubeClient, pods: readonly MeshPod[]): Promise<Canary | null> {
  const sidecars = pods.filter(({ proxy }) => proxy === 'sidecar');
  const workloads = new Map(sidecars.map((pod) => [`${pod.namespace}/${pod.workload}`, pod]));
  const candidates = [...workloads.values()]
    // A selector without labels would choose all.
    .filter(({ labels }) => Object.keys(labels).length > 0)
    .map(({ labels, ...workload }) => ({ ...workload, labels, chosen: pods.filter((pod) => hasLabels(pod, labels)) }))
    .sort((a, b) => a.chosen.length - b.chosen.length);
  for (const { chosen, ...workload } of candidates.slice(0, mostTries)) {
    const own = chosen.filter((pod) => pod.namespace === workload.namespace && pod.workload === workload.workload);
    for (const pod of own.slice(0, mostTries)) {
      if (!(await isReady(client, pod))) continue;
      return { pod, pods: chosen.map((one) => `${one.namespace}/${one.pod}`) };
    }
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
  meshNamespace: string,
): readonly Manifest[] {
  return manifests
    .filter(({ metadata, spec }) => {
      if (metadata.namespace !== namespace && metadata.namespace !== meshNamespace) return false;
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
