import type { Duplex } from 'node:stream';
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

/**
 * Does `change`, and waits for the first heartbeat of one of the pods that says that its filter captures: sent by the filter in
 * the proxy, taken by the aggregator of its node, come through the receiver.
 *
 * @returns `namespace/pod`; null when none came within `timeout` milliseconds
 * @throws what `change` throws, and when the connection to the receiver broke
 */
export async function heartbeatAfter(
  connect: () => Promise<Duplex>,
  pods: readonly string[],
  change: () => Promise<void>,
  timeout: number,
): Promise<string | null> {
  const stream = await connect();
  const isWanted = (document: HeartbeatDocument) =>
    document.capturing && pods.includes(`${document.namespace}/${document.pod}`);
  let timer: NodeJS.Timeout | undefined;
  try {
    const heard = new Promise<string | null>((resolve, reject) => {
      const ended = readTail(stream, beginning, {
        ready() {},
        document(document) {
          if (document.type !== 'heartbeat' || !isWanted(document)) return;
          resolve(`${document.namespace}/${document.pod}`);
        },
      });
      void ended.then((reason) => reject(new Error(`The connection to the analysis service broke: ${reason}.`)));
      timer = setTimeout(() => resolve(null), timeout);
    });
    const [pod] = await Promise.all([heard, change()]);
    return pod;
  } finally {
    clearTimeout(timer);
    stream.destroy();
  }
}
