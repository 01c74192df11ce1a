import { describe, expect, it } from 'vitest';
import { ofDeployment, podOf } from '../../tests/support/mesh/made-up-pods.ts';
import type { Pod } from './kubernetes.ts';
import { commonLabels, templateLabels, workloadOf } from './workload-reader.ts';

function ownedBy(kind: string, name: string, labels: Readonly<Record<string, string>> = {}): Pod {
  const owner = { apiVersion: 'v1', kind, name, uid: 'u', controller: true };
  return podOf('shop', `${name}-x2k8p`, { metadata: { labels, ownerReferences: [owner] } });
}

describe("a pod's workload, as its proxy names it", () => {
  it.each<[string, Pod, string, string]>([
    ['a Deployment', ofDeployment(podOf('shop', 'cart-6d5f7c9b4-x2k8p'), 'cart'), 'Deployment', 'cart'],
    ['a StatefulSet', ownedBy('StatefulSet', 'ocs'), 'StatefulSet', 'ocs'],
    ['a DaemonSet', ownedBy('DaemonSet', 'agent'), 'DaemonSet', 'agent'],
    ['a ReplicaSet of nobody', ownedBy('ReplicaSet', 'bare'), 'ReplicaSet', 'bare'],
    ['a Rollout', ownedBy('ReplicaSet', 'web-5f4c', { 'rollouts-pod-template-hash': '5f4c' }), 'Rollout', 'web'],
    ['a CronJob', ownedBy('Job', 'report-29384756'), 'CronJob', 'report'],
    ['a Job', ownedBy('Job', 'migrate-42'), 'Job', 'migrate-42'],
    [
      'a DeploymentConfig',
      ownedBy('ReplicationController', 'dc-1', { deploymentconfig: 'dc' }),
      'DeploymentConfig',
      'dc',
    ],
    ['nobody', podOf('shop', 'debug'), 'Pod', 'debug'],
  ])('is %s', (_, pod, kind, name) => {
    expect(workloadOf(pod)).toEqual({ kind, name });
  });
});

describe("labels that choose a workload's pods", () => {
  it('are those of the template, not of one pod or generation', () => {
    const labels = {
      app: 'ocs',
      version: 'v1',
      'apps.kubernetes.io/pod-index': '0',
      'statefulset.kubernetes.io/pod-name': 'ocs-0',
      'controller-revision-hash': 'ocs-7d8',
    };
    expect(templateLabels(ownedBy('StatefulSet', 'ocs', labels))).toEqual({ app: 'ocs', version: 'v1' });
  });

  it('are those that all have in common', () => {
    expect(commonLabels([{ app: 'cart', version: 'v1' }, { app: 'cart', version: 'v2' }, { app: 'cart' }])).toEqual({
      app: 'cart',
    });
    expect(commonLabels([])).toEqual({});
  });
});
