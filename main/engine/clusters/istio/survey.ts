import type { CaptureOptions } from '../../../../app/mesh/capture-options.ts';
import { createCoverage } from '../../../../app/mesh/capture-scope.ts';
import type { CaptureSite, FilterTarget } from '../../../../app/mesh/capture-site.ts';
import type { Deployment, KubernetesObject, Pod } from '../../../../app/mesh/kubernetes.ts';
import { controlPlaneSelector, type Mesh, readMesh } from '../../../../app/mesh/mesh-reader.ts';
import { analysisNamespace } from '../../../../app/mesh/names.ts';
import { isOwn } from '../../../../app/mesh/own-object.ts';
import { type MeshPod, readPods } from '../../../../app/mesh/pod-reader.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { clusterPrograms } from './programs.ts';

/** What a cluster was found to be, at one time. */
export interface Survey {
  readonly mesh: Mesh | null;
  readonly nodes: number;
  readonly pods: readonly MeshPod[];
  /** The namespace of the analysis service is there, and was not made by us. */
  readonly foreignNamespace: boolean;
}

/** @throws KubeError when something may not be seen */
export async function surveyCluster(client: KubeClient): Promise<Survey> {
  const [planes, nodes, pods, namespace] = await Promise.all([
    client.list<Deployment>(resources.deployment, { labels: controlPlaneSelector }),
    client.list<KubernetesObject>(resources.node),
    client.list<Pod>(resources.pod),
    client.find<KubernetesObject>(resources.namespace, '', analysisNamespace),
  ]);
  return {
    mesh: readMesh(planes),
    nodes: nodes.length,
    pods: readPods(pods),
    foreignNamespace: namespace !== null && !isOwn(namespace),
  };
}

/** The pods of an area, by what becomes of them. */
export interface Covered {
  readonly captured: readonly MeshPod[];
  readonly excluded: readonly MeshPod[];
  readonly withoutSidecar: readonly MeshPod[];
}

export function coveredPods(survey: Survey, capture: CaptureOptions): Covered {
  const coverage = createCoverage(capture);
  const inside = survey.pods.filter((pod) => coverage(pod) !== 'outside' && !isSystem(pod, survey));
  return {
    captured: inside.filter((pod) => pod.hasSidecar && coverage(pod) === 'captured'),
    excluded: inside.filter((pod) => pod.hasSidecar && coverage(pod) === 'excluded'),
    withoutSidecar: inside.filter((pod) => !pod.hasSidecar),
  };
}

/** Nobody expects the pods of the cluster itself, or ours, to have a sidecar. */
function isSystem({ namespace, hasSidecar }: MeshPod, { mesh }: Survey): boolean {
  return !hasSidecar && (/^kube-/.test(namespace) || namespace === mesh?.namespace || namespace === analysisNamespace);
}

/** What the builders of objects have to know. The owner is known once it is there. @throws when there is no mesh */
export function siteOf(survey: Survey, capture: CaptureOptions): CaptureSite {
  const { mesh } = survey;
  if (!mesh) throw new Error('There is no Istio in this cluster.');
  return {
    capture,
    meshNamespace: mesh.namespace,
    clusterDomain: 'cluster.local',
    trustDomain: 'cluster.local',
    istio: mesh.istio,
    targets: targetsOf(survey, mesh, capture),
    programs: clusterPrograms(),
    ownsNamespace: !survey.foreignNamespace,
    owner: null,
  };
}

/** The same without a cluster to look at: an Istio of today, as it is installed by default. */
export function manifestSite(capture: CaptureOptions): CaptureSite {
  const mesh: Mesh = {
    product: 'Istio',
    version: '',
    istio: { major: 1, minor: 28 },
    namespace: 'istio-system',
    revisions: [],
  };
  return siteOf({ mesh, nodes: 0, pods: [], foreignNamespace: false }, capture);
}

function targetsOf({ pods }: Survey, mesh: Mesh, { area }: CaptureOptions): readonly FilterTarget[] {
  switch (area.kind) {
    case 'mesh':
      return [{ namespace: mesh.namespace, suffix: '', labels: null }];
    case 'namespaces':
      return area.namespaces.map((namespace) => ({ namespace, suffix: '', labels: null }));
    case 'workloads':
      return area.workloads.map(({ namespace, name }) => {
        const pod = pods.find((one) => one.namespace === namespace && one.workload === name);
        if (!pod) throw new Error(`The workload ${namespace}/${name} has no pod that runs.`);
        return { namespace, suffix: name, labels: pod.labels };
      });
  }
}
