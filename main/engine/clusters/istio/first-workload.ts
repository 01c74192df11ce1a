import type { Duplex } from 'node:stream';
import { hasOwnService } from '../../../../app/mesh/analysis-service.ts';
import type { CaptureObjects } from '../../../../app/mesh/capture-objects.ts';
import type { CaptureSite } from '../../../../app/mesh/capture-site.ts';
import type { Manifest } from '../../../../app/mesh/kubernetes.ts';
import type { MeshPod } from '../../../../app/mesh/pod-reader.ts';
import type { KubeClient } from '../../kube/client.ts';
import { type Canary, type CanaryOutcome, narrowTo, orderCanaries, readyCanary, watchCanary } from './canary.ts';
import { findServers } from './diameter-servers.ts';
import { readProxyRejections } from './proxy-rejections.ts';
import { whySilent } from './silence-evidence.ts';

export interface FirstWorkload {
  readonly client: KubeClient;
  readonly site: CaptureSite;
  /** Pods to be captured that have an aggregator beside them. */
  readonly pods: readonly MeshPod[];
  readonly connect: () => Promise<Duplex>;
  readonly apply: (manifests: readonly Manifest[]) => Promise<void>;
}

/**
 * How long the first heartbeat may take: the configuration comes to a large mesh's proxies within seconds. One workload alone may have
 * a reason of its own to be silent, such as a NetworkPolicy of its namespace, so others are tried, for less long. Milliseconds.
 */
const heartbeatTimeouts = [30_000, 15_000, 15_000] as const;
/** How long a refusal is waited for where no heartbeat can be heard. Milliseconds. */
const refusalTimeout = 5_000;
/** So many workloads are looked at for one with a pod that is ready. */
const mostLookedAt = 20;

/**
 * Gives the filter to one workload, and waits until it is heard of.
 *
 * @returns which one it was, and which were silent
 * @throws Error when a proxy refuses it, or nothing is heard of it in any of the workloads that were tried
 */
export async function tryInOneWorkload(first: FirstWorkload, { slots, filters }: CaptureObjects): Promise<string> {
  const { client, site, pods } = first;
  const silent: MeshPod[] = [];
  for await (const canary of canaries(client, site, pods)) {
    const { pod } = canary;
    const name = nameOf(pod);
    const narrow = narrowTo(pod, [...slots, ...filters], site.settings.rootNamespace);
    const outcome = await watch(first, canary, narrow, heartbeatTimeouts[silent.length]!);
    if (outcome.kind === 'refused') {
      throw new Error(
        `The proxy of ${name} rejected the capture filter (${outcome.reason}), so no other workload gets it.`,
      );
    }
    if (outcome.kind === 'heard') {
      const others = silent.length === 0 ? '' : `; nothing was heard from ${silent.map(nameOf).join(', ')}`;
      return `${name}: its filter has reported${others}`;
    }
    const { analysisAddress } = site.capture;
    if (!hasOwnService(site.capture)) {
      return `${name}: its proxy rejected nothing; its captures go to ${analysisAddress}`;
    }
    silent.push(pod);
    if (silent.length === heartbeatTimeouts.length) break;
  }
  if (silent.length === 0) return 'no pod with a sidecar is ready to try it on';
  throw new Error(
    `Nothing was heard from the capture filter in ${silent.map(nameOf).join(', ')} within ${heartbeatTimeouts[0] / 1000} seconds, so no other workload gets it. ${await whySilent(client, site, silent)}`,
  );
}

function nameOf({ namespace, workload }: MeshPod): string {
  return `${namespace}/${workload}`;
}

/** Workloads to try it on: what keeps one of a namespace silent may well keep all of it, so each is of another where there are several. */
async function* canaries(client: KubeClient, site: CaptureSite, pods: readonly MeshPod[]): AsyncGenerator<Canary> {
  const { http, diameterPort } = site.capture;
  // The slot for Diameter is in the listeners of its port alone, which not every proxy has.
  const servers = http || diameterPort === null ? null : await findServers(client, pods, diameterPort);
  const waiting = [...orderCanaries(pods, servers)];
  const seen = new Set<string>();
  for (let looks = 0; looks < mostLookedAt && waiting.length > 0; looks++) {
    const other = waiting.findIndex(({ pod }) => !seen.has(pod.namespace));
    const [candidate] = waiting.splice(Math.max(0, other), 1);
    const canary = await readyCanary(client, candidate!);
    if (canary === null) continue;
    seen.add(canary.pod.namespace);
    yield canary;
  }
}

function watch(
  { client, site, connect, apply }: FirstWorkload,
  canary: Canary,
  narrow: readonly Manifest[],
  timeout: number,
): Promise<CanaryOutcome> {
  const isOwn = hasOwnService(site.capture);
  return watchCanary(() => apply(narrow), {
    connect: isOwn ? connect : null,
    pods: canary.pods,
    refusal: async () => {
      const { rejections } = await readProxyRejections(client, site.meshNamespace);
      return rejections.find((one) => canary.pods.includes(`${one.namespace}/${one.pod}`))?.reason ?? '';
    },
    timeout: isOwn ? timeout : refusalTimeout,
  });
}
