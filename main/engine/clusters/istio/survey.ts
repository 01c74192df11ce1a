import { aggregatorGaps, type NodeGap } from '../../../../app/mesh/aggregator-nodes.ts';
import type { CaptureOptions } from '../../../../app/mesh/capture-options.ts';
import { createCoverage } from '../../../../app/mesh/capture-scope.ts';
import type { CaptureSite } from '../../../../app/mesh/capture-site.ts';
import { clusterSummary } from '../../../../app/mesh/cluster-summary.ts';
import { filterTargets } from '../../../../app/mesh/filter-targets.ts';
import { type InjectionSite, injectorSelector } from '../../../../app/mesh/injection.ts';
import type {
  Deployment,
  KubernetesObject,
  MutatingWebhookConfiguration,
  Node,
  Pod,
} from '../../../../app/mesh/kubernetes.ts';
import { controlPlaneSelector, type Mesh, newestIstio, readMesh } from '../../../../app/mesh/mesh-reader.ts';
import { defaultMeshSettings, type MeshSettings } from '../../../../app/mesh/mesh-settings.ts';
import {
  aggregatorName,
  analysisNamespace,
  defaultMeshNamespace,
  userRangeAnnotation,
} from '../../../../app/mesh/names.ts';
import { isOwn } from '../../../../app/mesh/own-object.ts';
import { canCapture, type MeshPod, readPods } from '../../../../app/mesh/pod-reader.ts';
import { type Resource, resources } from '../../../../app/mesh/resources.ts';
import { placeSlots, type SlotPlace, slotKinds } from '../../../../app/mesh/slot-places.ts';
import type { KubeClient, ListOptions } from '../../kube/client.ts';
import { isForbidden } from '../../kube/kube-error.ts';
import { findMeshSettings } from './mesh-settings.ts';
import { clusterPrograms } from './programs.ts';

/** What a cluster was found to be, at one time. */
export interface Survey {
  readonly mesh: Mesh | null;
  readonly settings: MeshSettings;
  readonly nodes: number;
  readonly pods: readonly MeshPod[];
  /** Nodes without an aggregator; none where there are no aggregators at all. */
  readonly gaps: readonly NodeGap[];
  /** What puts sidecars into pods; null where they may not be seen. */
  readonly injectors: readonly MutatingWebhookConfiguration[] | null;
  /** As OpenShift does it: pods run as users of their namespace's own. */
  readonly assignsUsers: boolean;
  /** The namespace of the analysis service is there, and was not made by us. */
  readonly foreignNamespace: boolean;
}

/** @throws KubeError when something may not be seen that there is no way without */
export async function surveyCluster(client: KubeClient): Promise<Survey> {
  const [planes, nodes, namespace, namespaces, injectors] = await Promise.all([
    client.list<Deployment>(resources.deployment, { labels: controlPlaneSelector }),
    client.list<Node>(resources.node),
    client.find<KubernetesObject>(resources.namespace, '', analysisNamespace),
    listIfAllowed<KubernetesObject>(client, resources.namespace),
    listIfAllowed<MutatingWebhookConfiguration>(client, resources.mutatingWebhook, { labels: injectorSelector }),
  ]);
  const mesh = readMesh(planes);
  const labels = new Map(namespaces?.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
  const site: InjectionSite = { namespaceLabels: (name) => labels.get(name) ?? null, injectors };
  const [settings, meshNamespace, { pods, aggregators }] = await Promise.all([
    mesh ? findMeshSettings(client, mesh) : defaultMeshSettings,
    mesh ? findIfAllowed(client, resources.namespace, mesh.namespace) : null,
    readAllPods(client, site),
  ]);
  return {
    mesh,
    settings,
    nodes: nodes.length,
    pods,
    gaps: aggregators.length === 0 ? [] : aggregatorGaps(nodes, aggregators),
    injectors,
    assignsUsers: meshNamespace?.metadata.annotations?.[userRangeAnnotation] !== undefined,
    foreignNamespace: namespace !== null && !isOwn(namespace),
  };
}

/** As the API gives them, the pods of a large mesh are a hundred megabytes, and little of them is needed. */
async function readAllPods(
  client: KubeClient,
  site: InjectionSite,
): Promise<{ readonly pods: readonly MeshPod[]; readonly aggregators: readonly Pod[] }> {
  const isAggregator = (pod: Pod) => isOwn(pod) && pod.metadata.labels?.app === aggregatorName;
  const aggregators = new Map<string, Pod>();
  const pods = await client.collect<Pod, MeshPod>(resources.pod, {}, (page) => {
    for (const pod of page.filter(isAggregator)) aggregators.set(pod.metadata.name, pod);
    return readPods(page, site);
  });
  return { pods, aggregators: [...aggregators.values()] };
}

/** What only explains, and is not needed: null when it may not be seen. */
async function listIfAllowed<T extends KubernetesObject>(
  client: KubeClient,
  resource: Resource,
  options: ListOptions = {},
): Promise<readonly T[] | null> {
  try {
    return await client.list<T>(resource, options);
  } catch (error) {
    if (isForbidden(error)) return null;
    throw error;
  }
}

async function findIfAllowed(client: KubeClient, resource: Resource, name: string): Promise<KubernetesObject | null> {
  try {
    return await client.find<KubernetesObject>(resource, '', name);
  } catch (error) {
    if (isForbidden(error)) return null;
    throw error;
  }
}

/** The pods of an area, by what becomes of them. */
export interface Covered {
  readonly captured: readonly MeshPod[];
  readonly excluded: readonly MeshPod[];
  readonly withoutSidecar: readonly MeshPod[];
  /** Gateways, which have no Diameter, and waypoints, which are not captured at all. */
  readonly apart: readonly MeshPod[];
}

export function coveredPods(survey: Survey, capture: CaptureOptions): Covered {
  const coverage = createCoverage(capture);
  const inside = survey.pods.filter((pod) => coverage(pod) !== 'outside');
  const capturing = inside.filter((pod) => canCapture(pod, capture));
  return {
    captured: capturing.filter((pod) => coverage(pod) === 'captured'),
    excluded: capturing.filter((pod) => coverage(pod) === 'excluded'),
    withoutSidecar: inside.filter((pod) => pod.proxy === null && !isSystem(pod, survey)),
    apart: inside.filter(({ proxy }) => proxy === 'waypoint' || (proxy === 'gateway' && capture.diameterPort !== null)),
  };
}

/** What a card says of what is captured, or could be. */
export function extentOf(
  survey: Survey,
  capture: CaptureOptions,
  isCapturing: boolean,
): { readonly summary: string; readonly pods: number } {
  const { captured } = coveredPods(survey, capture);
  const proxied = survey.pods.filter(({ proxy }) => proxy !== null);
  return {
    summary: clusterSummary(survey.mesh, isCapturing ? captured : proxied, isCapturing ? capture : null),
    pods: captured.length,
  };
}

/** Nobody expects the pods of the cluster itself, or ours, to have a sidecar. */
function isSystem({ namespace }: MeshPod, { mesh }: Survey): boolean {
  return /^kube-/.test(namespace) || namespace === mesh?.namespace || namespace === analysisNamespace;
}

/**
 * What the builders of objects have to know. The owner is known once it is there.
 *
 * @param inPlace slots that were left in the cluster
 * @throws when there is no mesh
 */
export function siteOf(
  survey: Survey,
  capture: CaptureOptions,
  inPlace: readonly SlotPlace[] = [],
  programs: CaptureSite['programs'] = clusterPrograms(),
): CaptureSite {
  const { mesh } = survey;
  if (!mesh) throw new Error('There is no Istio in this cluster.');
  const targets = filterTargets(capture.area, survey.settings.rootNamespace, survey.pods);
  return {
    capture,
    meshNamespace: mesh.namespace,
    settings: survey.settings,
    istio: mesh.istio,
    targets,
    slots: placeSlots({ targets, kinds: slotKinds(capture) }, inPlace, survey.settings.rootNamespace),
    programs,
    assignsUsers: survey.assignsUsers,
    ownsNamespace: !survey.foreignNamespace,
    leased: true,
    owner: null,
  };
}

/** The same without a cluster to look at: an Istio of today, as it is installed by default. */
export function manifestSite(capture: CaptureOptions): CaptureSite {
  const meshNamespace = defaultMeshNamespace;
  const targets = filterTargets(capture.area, meshNamespace, []);
  return {
    capture,
    meshNamespace,
    settings: defaultMeshSettings,
    istio: newestIstio,
    targets,
    slots: placeSlots({ targets, kinds: slotKinds(capture) }, [], meshNamespace),
    programs: clusterPrograms(),
    assignsUsers: false,
    ownsNamespace: true,
    leased: true,
    owner: null,
  };
}
