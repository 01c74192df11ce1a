import type { Finding } from '../../../../app/api/cluster-types.ts';
import { type AspenMesh, isEnabled } from '../../../../app/mesh/aspen/aspen-mesh.ts';
import { captureOf, unreadableValues } from '../../../../app/mesh/aspen/capture-values.ts';
import { checkPreparation } from '../../../../app/mesh/aspen/preparation.ts';
import { type AggregatorPod, findSymptoms, sidecarComplaints } from '../../../../app/mesh/aspen/troubleshooting.ts';
import type { Deployment, Pod } from '../../../../app/mesh/kubernetes.ts';
import { aggregatorName, emulatorAddress } from '../../../../app/mesh/names.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { diagnosePods } from '../istio/doctor.ts';
import { coveredPods, surveyCluster } from '../istio/survey.ts';
import { findEmulator } from './emulator.ts';
import { lookAtPreparation } from './look-at-preparation.ts';
import { objectNamespace } from './switch.ts';

const logLines = 200;
/** Sidecars whose logs are read: each is a request. */
const mostSidecars = 20;

/** The troubleshooting guide of the documentation, looked through in the cluster. Changes nothing. @throws KubeError */
export async function troubleshoot(client: KubeClient, mesh: AspenMesh): Promise<readonly Finding[]> {
  const capture = captureOf(mesh);
  const [survey, { daemonSet, pods }, facts] = await Promise.all([
    surveyCluster(client),
    findAggregators(client),
    lookAtPreparation(client, mesh, capture.analysisAddress),
  ]);
  const { captured, withoutSidecar } = coveredPods(survey, capture);
  const [aggregators, sidecars] = await Promise.all([
    Promise.all(pods.map((pod) => aggregatorOf(client, pod))),
    Promise.all(captured.slice(0, mostSidecars).map((pod) => sidecarLines(client, pod.namespace, pod.pod))),
  ]);
  const enabled = isEnabled(mesh.release);
  return [
    ...findSymptoms({
      enabled,
      address: capture.analysisAddress || emulatorAddress,
      aggregators,
      daemonSet,
      unprepared: checkPreparation(facts, Date.now()).filter(({ result }) => result === 'failed'),
      withoutSidecar: withoutSidecar.map(({ namespace, pod }) => `${namespace}/${pod}`),
      sidecarLines: sidecars.flat(),
    }),
    ...unreadableValues(mesh).map(unreadableFinding),
    ...(enabled && capture.analysisAddress === '' ? await diagnosePods(client, (await findEmulator(client)).pods) : []),
  ];
}

/** By the selector of their DaemonSet: what labels Aspen Mesh's own have is not documented. */
async function findAggregators(
  client: KubeClient,
): Promise<{ readonly daemonSet: string; readonly pods: readonly Pod[] }> {
  const found = await client.find<Deployment>(resources.daemonSet, objectNamespace, aggregatorName);
  if (found === null) return { daemonSet: '', pods: [] };
  const { desiredNumberScheduled = 0, numberReady = 0 } = found.status ?? {};
  const labels = Object.entries(found.spec.selector.matchLabels ?? { app: aggregatorName });
  return {
    daemonSet: `the DaemonSet ${aggregatorName} is to have ${desiredNumberScheduled} pods, ${numberReady} are ready`,
    pods: await client.list<Pod>(resources.pod, {
      namespace: objectNamespace,
      labels: labels.map(([name, value]) => `${name}=${value}`).join(','),
    }),
  };
}

function unreadableFinding(problem: string): Finding {
  return {
    id: `value ${problem}`,
    severity: 'warning',
    title: 'A value of Packet Inspector cannot be read',
    evidence: [problem],
    remedy: 'Correct it in the override values file, and upgrade to the same version.',
  };
}

async function aggregatorOf(client: KubeClient, pod: Pod): Promise<AggregatorPod> {
  const container = pod.spec.containers[0] as {
    readonly name: string;
    readonly resources?: { readonly limits?: object };
  };
  const { namespace = '', name } = pod.metadata;
  return {
    pod,
    limits: container.resources?.limits ?? {},
    // A container that has not started has no log.
    log: await client.logs(namespace, name, container.name, logLines).catch(() => ''),
  };
}

async function sidecarLines(client: KubeClient, namespace: string, pod: string): Promise<readonly string[]> {
  const log = await client.logs(namespace, pod, 'istio-proxy', logLines).catch(() => '');
  return sidecarComplaints(log).map((line) => `${namespace}/${pod}: ${line}`);
}
