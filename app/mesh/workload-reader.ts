import type { Pod } from './kubernetes.ts';

/** What owns a pod. */
export interface Workload {
  readonly name: string;
  /** `Deployment`, …; `Pod` for one that nobody owns. */
  readonly kind: string;
}

/** A Job of a CronJob ends with the minute that it was planned for. */
const cronJobName = /^(.+)-\d{8,10}$/;

/**
 * Names a pod's workload as Istio's injector does it, since that is what the pod's proxy says of itself: the owner's owner is
 * not asked for but read out of names and labels.
 */
export function workloadOf({ metadata }: Pod): Workload {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (!owner) return { name: metadata.name, kind: 'Pod' };
  const { labels = {} } = metadata;
  if (owner.kind === 'ReplicaSet') {
    const deployment = withoutHash(owner.name, labels['pod-template-hash']);
    if (deployment !== null) return { name: deployment, kind: 'Deployment' };
    const rollout = withoutHash(owner.name, labels['rollouts-pod-template-hash']);
    if (rollout !== null) return { name: rollout, kind: 'Rollout' };
  }
  if (owner.kind === 'ReplicationController' && labels.deploymentconfig) {
    return { name: labels.deploymentconfig, kind: 'DeploymentConfig' };
  }
  const cronJob = owner.kind === 'Job' ? cronJobName.exec(owner.name)?.[1] : undefined;
  return cronJob === undefined ? { name: owner.name, kind: owner.kind } : { name: cronJob, kind: 'CronJob' };
}

function withoutHash(name: string, hash = ''): string | null {
  return hash !== '' && name.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : null;
}

/** Labels by which controllers tell generations and single pods apart. */
const ownOfPod: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'rollouts-pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'controller-uid',
  'job-name',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
  'batch.kubernetes.io/job-completion-index',
]);

/** Labels of a pod that it has from its workload's template. */
export function templateLabels({ metadata }: Pod): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(metadata.labels ?? {}).filter(([label]) => !ownOfPod.has(label)));
}

/** What several sets of labels have in common. */
export function commonLabels(sets: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const [first = {}, ...others] = sets;
  return Object.fromEntries(
    Object.entries(first).filter(([label, value]) => others.every((labels) => labels[label] === value)),
  );
}
