import { aggregatorGaps, gapSentence, type NodeGap } from '../../../../app/mesh/aggregator-nodes.ts';
import { hasOwnService } from '../../../../app/mesh/analysis-service.ts';
import type { CaptureSite } from '../../../../app/mesh/capture-site.ts';
import type { Deployment, Node, Pod } from '../../../../app/mesh/kubernetes.ts';
import {
  aggregatorName,
  analysisName,
  analysisNamespace,
  leaseKeeperName,
  ownSelector,
} from '../../../../app/mesh/names.ts';
import type { MeshPod } from '../../../../app/mesh/pod-reader.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { diagnosePods } from './doctor.ts';

/** How long pods may take to be ready: an image may have to be pulled. Milliseconds. */
const readyTimeout = 180_000;
/** After this it is looked which nodes still have no aggregator and whether one can be hoped for, so often. Milliseconds. */
const lookAtNodesAfter = 5_000;
const lookAtNodesEvery = 2_000;

export interface ReadyPrograms {
  /** Nodes that it goes on without. */
  readonly gaps: readonly NodeGap[];
  /** How many aggregators there are, and what is not captured for want of one. */
  readonly detail: string;
}

/**
 * Waits until all programs are ready. A node that is down or full keeps nobody from capturing on the others: it goes on without those whose
 * aggregator will not come by waiting.
 *
 * @param pods what is to be captured: only their nodes count; where there are none yet, all nodes do
 * @throws Error that says which program does not start and why, by its own evidence
 */
export async function untilReady(
  client: KubeClient,
  site: CaptureSite,
  pods: readonly MeshPod[],
): Promise<ReadyPrograms> {
  const began = Date.now();
  let nextLook = began + lookAtNodesAfter;
  for (;;) {
    const late = await lateDeployment(client, site);
    const { wanted, ready } = await aggregators(client, site);
    if (late === '' && wanted > 0 && ready >= wanted) return { gaps: [], detail: `${ready} aggregators` };
    const isOver = Date.now() - began > readyTimeout;
    if (isOver || Date.now() > nextLook) {
      nextLook = Date.now() + lookAtNodesEvery;
      const gaps = await gapsOf(client, site, pods);
      const isHopeless = gaps.every(({ mayCome }) => !mayCome);
      const missed = new Set(gaps.map(({ node }) => node));
      const hasAny = ready > 0 && (pods.length === 0 || pods.some(({ node }) => !missed.has(node)));
      if (late === '' && hasAny && (isOver || isHopeless)) {
        const said = [`${ready} of ${wanted} aggregators`, gapSentence(pods, gaps)].filter((text) => text !== '');
        return { gaps, detail: said.join('. ') };
      }
      // Where each node that counts has none and none will come there is nothing to wait for.
      const isLost = late === '' && !hasAny && isHopeless && gaps.length > 0;
      if (isOver || isLost) throw new Error(await whyLate(client, late, gapSentence(pods, gaps), Date.now() - began));
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Which of our two Deployments is not ready; ''. */
async function lateDeployment(client: KubeClient, { capture }: CaptureSite): Promise<string> {
  const [keeper, receiver] = await Promise.all([
    isDeployed(client, leaseKeeperName),
    hasOwnService(capture) ? isDeployed(client, analysisName) : true,
  ]);
  if (!keeper) return 'the lease keeper is not ready';
  return receiver ? '' : 'the analysis service is not ready';
}

async function isDeployed(client: KubeClient, name: string): Promise<boolean> {
  const { status } = await client.get<Deployment>(resources.deployment, analysisNamespace, name);
  return (status?.readyReplicas ?? 0) > 0;
}

async function aggregators(
  client: KubeClient,
  { meshNamespace }: CaptureSite,
): Promise<{ readonly wanted: number; readonly ready: number }> {
  const { metadata, status } = await client.get<Deployment>(resources.daemonSet, meshNamespace, aggregatorName);
  // What is said of an earlier one says nothing of this one.
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) return { wanted: 0, ready: 0 };
  return { wanted: status?.desiredNumberScheduled ?? 0, ready: status?.numberReady ?? 0 };
}

/** Of the nodes that pods to be captured are on; of all where there are none. */
async function gapsOf(
  client: KubeClient,
  { meshNamespace: namespace }: CaptureSite,
  pods: readonly MeshPod[],
): Promise<readonly NodeGap[]> {
  const [nodes, found] = await Promise.all([
    client.list<Node>(resources.node),
    client.list<Pod>(resources.pod, { namespace, labels: `${ownSelector},app=${aggregatorName}` }),
  ]);
  const wanted = new Set(pods.map(({ node }) => node));
  return aggregatorGaps(nodes, found).filter(({ node }) => pods.length === 0 || wanted.has(node));
}

/** What is made is removed again, and with it what would show why: so it is looked at now. */
async function whyLate(client: KubeClient, late: string, gaps: string, waited: number): Promise<string> {
  const pods = await client.list<Pod>(resources.pod, { labels: ownSelector }).catch(() => []);
  const findings = await diagnosePods(client, pods).catch(() => []);
  const said = findings
    .filter(({ severity }) => severity === 'error')
    .slice(0, 2)
    .map(({ title, evidence, remedy }) => [title, evidence[0] ?? '', remedy].filter((text) => text !== '').join('. '));
  const seconds = Math.round(waited / 1000);
  return [`After ${seconds} seconds ${late || 'no aggregator is ready'}.`, gaps, ...said]
    .filter((text) => text !== '')
    .join(' ');
}
