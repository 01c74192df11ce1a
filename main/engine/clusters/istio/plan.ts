import type { CapturePlan } from '../../../../app/api/cluster-types.ts';
import { hasOwnService } from '../../../../app/mesh/analysis-service.ts';
import { captureObjects } from '../../../../app/mesh/capture-objects.ts';
import type { CaptureSite } from '../../../../app/mesh/capture-site.ts';
import type { KubernetesObject, Manifest } from '../../../../app/mesh/kubernetes.ts';
import { type LeaseState, leaseObject } from '../../../../app/mesh/lease.ts';
import { ownerRole } from '../../../../app/mesh/lease-keeper.ts';
import { leaseKeeperName } from '../../../../app/mesh/names.ts';
import { ownerReference } from '../../../../app/mesh/own-object.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { yamlDocuments } from '../yaml-documents.ts';
import { connectionSentences, endSentence } from './connection-sentences.ts';
import { findFilters, placedKinds, slotPlaces } from './filters-in-place.ts';
import { countConnections } from './open-connections.ts';
import { isSlot } from './own-objects.ts';
import { planObjects, refusals } from './planned-objects.ts';
import { coveredPods, siteOf, surveyCluster } from './survey.ts';

/** What switching on like this would do, object by object. Changes nothing. */
export async function planCapture(client: KubeClient, lease: LeaseState): Promise<CapturePlan> {
  const { capture } = lease;
  const survey = await surveyCluster(client);
  const inPlace = await findFilters(client);
  const site = siteOf(survey, capture, slotPlaces(inPlace));
  const manifests = await plannedManifests(client, site, lease);
  const { captured, excluded, withoutSidecar } = coveredPods(survey, capture);
  const kinds = placedKinds(manifests.filter(isSlot), inPlace);
  const slots = site.slots.filter(({ kind }) => kinds.includes(kind));
  const { rootNamespace } = site.settings;
  const { diameterPort } = capture;
  const [objects, counted] = await Promise.all([
    planObjects(client, manifests),
    countConnections({ client, pods: survey.pods, slots, rootNamespace, diameterPort }),
  ]);
  const named = (pods: readonly { namespace: string; pod: string }[]) =>
    pods.map(({ namespace, pod }) => `${namespace}/${pod}`);
  return {
    objects,
    pods: named(captured),
    excluded: named(excluded),
    withoutSidecar: named(withoutSidecar),
    connections: [
      ...(hasOwnService(capture)
        ? []
        : [
            `Captures go to ${capture.analysisAddress}, and are not shown here. No analysis service of ours is created.`,
          ]),
      ...connectionSentences(capture, kinds, survey.settings.drainTime),
      ...counted,
      endSentence(capture.slot),
    ],
    yaml: yamlDocuments(manifests),
  };
}

/** Has the API server look at everything before anything is made. @throws Error with what it would refuse */
export async function tryCapture(client: KubeClient, site: CaptureSite, lease: LeaseState): Promise<void> {
  const objects = await planObjects(client, await plannedManifests(client, site, lease));
  const problems = refusals(objects);
  if (problems.length > 0) throw new Error(`${problems.slice(0, 3).join(' ')} Nothing was changed.`);
}

/** Everything that switching on makes, in its order. What owns the rest gets its uid when it is made. */
async function plannedManifests(
  client: KubeClient,
  site: CaptureSite,
  lease: LeaseState,
): Promise<readonly Manifest[]> {
  const there = await client.find<KubernetesObject>(resources.clusterRole, '', leaseKeeperName);
  const owned = { ...site, owner: there ? ownerReference(there) : null };
  const objects = captureObjects(owned, { capturing: true, generation: 'plan' });
  const { ground, programs, clusters, slots, filters } = objects;
  return [ownerRole(), ...ground, leaseObject(owned, lease), ...programs, ...clusters, ...slots, ...filters];
}
