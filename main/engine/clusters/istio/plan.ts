import type { CapturePlan, PlannedObject } from '../../../../app/api/cluster-types.ts';
import { captureObjects, purposeOf } from '../../../../app/mesh/capture-objects.ts';
import type { CaptureOptions } from '../../../../app/mesh/capture-options.ts';
import { differences } from '../../../../app/mesh/differences.ts';
import type { KubernetesObject, Manifest } from '../../../../app/mesh/kubernetes.ts';
import { ownerRole } from '../../../../app/mesh/lease-keeper.ts';
import { isOwn } from '../../../../app/mesh/own-object.ts';
import { resourceOf } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { connectionSentences } from './connection-sentences.ts';
import { coveredPods, siteOf, surveyCluster } from './survey.ts';

/** What switching on like this would do, object by object. Changes nothing. */
export async function planCapture(client: KubeClient, capture: CaptureOptions): Promise<CapturePlan> {
  const survey = await surveyCluster(client);
  const { ground, programs, clusters, filters } = captureObjects(siteOf(survey, capture), {
    capturing: true,
    generation: 'plan',
  });
  const manifests = [ownerRole(), ...ground, ...programs, ...clusters, ...filters];
  const { captured, excluded, withoutSidecar } = coveredPods(survey, capture);
  const named = (pods: readonly { namespace: string; pod: string }[]) =>
    pods.map(({ namespace, pod }) => `${namespace}/${pod}`);
  // Loaded here, not before: it is large.
  const { dumpYaml } = await import('@kubernetes/client-node');
  return {
    objects: await Promise.all(manifests.map((manifest) => planObject(client, manifest))),
    pods: named(captured),
    excluded: named(excluded),
    withoutSidecar: named(withoutSidecar),
    connections: connectionSentences(capture),
    yaml: manifests.map((manifest) => dumpYaml(manifest)).join('---\n'),
  };
}

async function planObject(client: KubeClient, manifest: Manifest): Promise<PlannedObject> {
  const { namespace = '', name } = manifest.metadata;
  const there = await client.find<KubernetesObject>(resourceOf(manifest), namespace, name);
  const changes = there ? differences(manifest, there) : [];
  return {
    action: actionOf(there, changes),
    kind: manifest.kind,
    namespace,
    name,
    purpose: purposeOf(manifest),
    differences: changes,
  };
}

function actionOf(there: KubernetesObject | null, changes: readonly string[]): PlannedObject['action'] {
  if (!there) return 'create';
  if (!isOwn(there)) return 'foreign';
  return changes.length > 0 ? 'change' : 'same';
}
