import type { ContainerStatus, Node, Pod } from './kubernetes.ts';

/** A node without an aggregator that is ready: nothing of its pods can be captured. */
export interface NodeGap {
  readonly node: string;
  /** `the node is not ready`, `1 Insufficient cpu`. */
  readonly reason: string;
  /** It is on its way, as far as can be told: an image is pulled, a program starts. */
  readonly mayCome: boolean;
}

/** Nodes that captures cannot come from as things are, since a sidecar hands its own to the aggregator of its node alone. */
export function aggregatorGaps(nodes: readonly Node[], aggregators: readonly Pod[]): readonly NodeGap[] {
  const byNode = new Map<string, Pod>();
  for (const pod of aggregators) {
    const node = nodeOf(pod);
    const known = byNode.get(node);
    if (known === undefined || (!isReady(known) && isReady(pod))) byNode.set(node, pod);
  }
  return nodes.flatMap((node): NodeGap[] => {
    const { name } = node.metadata;
    const pod = byNode.get(name);
    if (pod && isReady(pod)) return [];
    return [{ node: name, ...whyNone(node, pod) }];
  });
}

function whyNone(node: Node, pod: Pod | undefined): Omit<NodeGap, 'node'> {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready && ready.status !== 'True') return { reason: 'the node is not ready', mayCome: false };
  if (pod === undefined) return { reason: 'no aggregator is created there', mayCome: false };
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (!pod.spec.nodeName && scheduled?.status === 'False') {
    return { reason: schedulerReason(scheduled.message ?? ''), mayCome: false };
  }
  const waiting = (pod.status?.containerStatuses ?? []).map(waitingReason).find((reason) => reason !== '');
  return { reason: waiting ?? 'its aggregator is not ready', mayCome: true };
}

function waitingReason({ state }: ContainerStatus): string {
  const { reason = '', message = '' } = state?.waiting ?? {};
  if (reason === '' || reason === 'ContainerCreating') return '';
  return message === '' ? reason : `${reason}: ${message}`;
}

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. preemption: …` */
function schedulerReason(message: string): string {
  const [, reasons = message] = /nodes are available: (.*?)\.(?: |$)/.exec(message) ?? [];
  // Each pod of a DaemonSet is for one node: that the others are not it is no reason.
  const own = reasons.split(', ').filter((reason) => !reason.includes('NodeAffinity'));
  return own.join(', ') || reasons || 'no place for its aggregator';
}

/** The node that a pod of a DaemonSet is for: its controller names it by an affinity before the scheduler has placed it. */
function nodeOf({ spec }: Pod): string {
  if (spec.nodeName) return spec.nodeName;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const fields = terms.flatMap(({ matchFields = [] }) => matchFields);
  return fields.find(({ key }) => key === 'metadata.name')?.values?.[0] ?? '';
}

function isReady({ metadata, status }: Pod): boolean {
  if (metadata.deletionTimestamp) return false;
  return status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;
}

/** Nodes that are said one by one. */
const saidNodes = 3;

/** What is not captured of these pods and why, as a sentence; '' where each has an aggregator beside it. */
export function gapSentence(pods: readonly { readonly node: string }[], gaps: readonly NodeGap[]): string {
  const hit = gaps.filter(({ node }) => pods.some((pod) => pod.node === node));
  if (hit.length === 0) return '';
  const number = pods.filter(({ node }) => hit.some((gap) => gap.node === node)).length;
  const named = hit.slice(0, saidNodes).map(({ node, reason }) => `${node} (${reason})`);
  const rest = hit.length > saidNodes ? ` and ${hit.length - saidNodes} more` : '';
  return `${number === 1 ? '1 pod is' : `${number} pods are`} not captured, because there is no aggregator on ${named.join(', ')}${rest}.`;
}
