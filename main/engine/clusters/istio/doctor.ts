import type { Finding } from '../../../../app/api/cluster-types.ts';
import type { CaptureOptions } from '../../../../app/mesh/capture-options.ts';
import type { KubeEvent, Lease, Pod } from '../../../../app/mesh/kubernetes.ts';
import {
  aggregatorName,
  analysisName,
  analysisNamespace,
  leaseKeeperName,
  leaseName,
  ownSelector,
} from '../../../../app/mesh/names.ts';
import { eventFindings, podFindings } from '../../../../app/mesh/pod-findings.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { findMeshNamespace } from './own-objects.ts';
import { diagnoseProxies } from './proxy-findings.ts';
import { sidecarFindings } from './sidecar-findings.ts';
import { surveyCluster } from './survey.ts';

const logLines = 50;

/** Looks at our pods, their states, what they logged, at the proxies and at pods without one, and says what is wrong with the evidence. */
export async function diagnose(client: KubeClient, capture: CaptureOptions): Promise<readonly Finding[]> {
  const pods = await client.list<Pod>(resources.pod, { labels: ownSelector });
  const findings = eventFindings(await eventsOfPrograms(client, pods));
  if (pods.length === 0 && findings.length === 0) {
    return [
      {
        id: 'no-pods',
        severity: 'info',
        title: 'Nothing of ours runs in this cluster',
        evidence: [`no pod with the label ${ownSelector}`],
        remedy: 'Switch capture on.',
      },
    ];
  }
  // Whoever may not list all that is asked for has the other findings all the same.
  const survey = await surveyCluster(client).catch(() => null);
  return [
    ...findings,
    ...(await diagnosePods(client, pods)),
    ...(await diagnoseLease(client, pods)),
    ...(await diagnoseProxies(client)),
    ...(survey ? sidecarFindings(survey, capture) : []),
  ];
}

/** Whether the capture ends by itself. One that nobody holds a lease of is not meant to. */
async function diagnoseLease(client: KubeClient, pods: readonly Pod[]): Promise<readonly Finding[]> {
  if (pods.some(({ metadata }) => metadata.labels?.app === leaseKeeperName)) return [];
  const lease = await client.find<Lease>(resources.lease, analysisNamespace, leaseName).catch(() => null);
  if (!lease) return [];
  return [
    {
      id: 'no-lease-keeper',
      severity: 'error',
      title: 'Nothing in the cluster ends the capture when its lease runs out',
      evidence: [`no pod with the label app=${leaseKeeperName} in ${analysisNamespace}`],
      remedy: 'Switch capture off and on to create it again, or switch capture off yourself when you are done.',
    },
  ];
}

/** Events of what makes our pods, later than the pods that there are; none where they may not be seen. */
async function eventsOfPrograms(client: KubeClient, pods: readonly Pod[]): Promise<readonly KubeEvent[]> {
  const namespaces = [...new Set([analysisNamespace, await findMeshNamespace(client)])];
  const lists = await Promise.all(
    namespaces.map((namespace) => client.list<KubeEvent>(resources.event, { namespace }).catch(() => [])),
  );
  return lists.flat().filter(({ involvedObject, lastTimestamp }) => {
    // A Deployment's pods are made by its ReplicaSets, whose names, as those of pods, begin with its own.
    const program = [analysisName, aggregatorName, leaseKeeperName].find((name) =>
      involvedObject.name.startsWith(name),
    );
    if (program === undefined) return false;
    const made = pods.filter(({ metadata }) => metadata.name.startsWith(program));
    // To the second: of a failure and a pod in the same one, the pod came after; what goes on failing is soon told again.
    return made.every(({ metadata }) => (metadata.creationTimestamp ?? '') < (lastTimestamp ?? ''));
  });
}

/** The same for pods of our programs, whoever has made them. */
export async function diagnosePods(client: KubeClient, pods: readonly Pod[]): Promise<readonly Finding[]> {
  return (await Promise.all(pods.map((pod) => diagnosePod(client, pod)))).flat();
}

async function diagnosePod(client: KubeClient, pod: Pod): Promise<readonly Finding[]> {
  const { namespace = '', name } = pod.metadata;
  const read = (container: string, before: boolean) =>
    client.logs(namespace, name, container, logLines, before).catch(() => '');
  const logs = await Promise.all(
    (pod.status?.containerStatuses ?? []).map(async ({ name: container, state, lastState }) => {
      const now = state?.waiting ? '' : await read(container, false);
      const before = lastState?.terminated ? await read(container, true) : '';
      return [container, { now, before }] as const;
    }),
  );
  return podFindings({ pod, logs: new Map(logs) });
}
