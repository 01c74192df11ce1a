import type { Finding } from '../../../../app/api/cluster-types.ts';
import type { Pod } from '../../../../app/mesh/kubernetes.ts';
import { ownSelector } from '../../../../app/mesh/names.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { diagnoseProxies } from './proxy-findings.ts';

const logLines = 50;

/** Looks at our pods, their states and what they logged, and says what is wrong with the evidence. */
export async function diagnose(client: KubeClient): Promise<readonly Finding[]> {
  const pods = await client.list<Pod>(resources.pod, { labels: ownSelector });
  if (pods.length === 0) {
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
  return [...(await diagnosePods(client, pods)), ...(await diagnoseProxies(client))];
}

/** The same for pods of our programs, whoever has made them. */
export async function diagnosePods(client: KubeClient, pods: readonly Pod[]): Promise<readonly Finding[]> {
  return (await Promise.all(pods.map((pod) => diagnosePod(client, pod)))).flat();
}

async function diagnosePod(client: KubeClient, pod: Pod): Promise<readonly Finding[]> {
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
  const findings: Finding[] = [];
  for (const container of pod.status?.containerStatuses ?? []) {
    const { waiting } = container.state ?? {};
    const { terminated } = container.lastState ?? {};
    if (waiting) {
      findings.push({
        id: `waiting ${name}`,
        severity: 'error',
        title: `${name} does not start: ${waiting.reason ?? 'unknown'}`,
        evidence: [waiting.message ?? waiting.reason ?? ''],
        remedy: /Image/.test(waiting.reason ?? '')
          ? 'The image cannot be pulled: choose one that this cluster can reach, for example from your own registry.'
          : 'See the message.',
      });
    }
    if (terminated?.reason === 'OOMKilled') {
      findings.push({
        id: `memory ${name}`,
        severity: 'error',
        title: `${name} was killed for want of memory, ${container.restartCount} times`,
        evidence: [`lastState.terminated: ${JSON.stringify(terminated)}`],
        remedy: `Raise resources.limits.memory of its container ${container.name}, for example to twice what it is.`,
      });
    }
    if (!waiting) findings.push(...(await readLog(client, pod, container.name)));
  }
  if (pod.status?.phase === 'Pending') {
    const unscheduled = pod.status.conditions?.find(
      ({ type, status }) => type === 'PodScheduled' && status === 'False',
    );
    findings.push({
      id: `pending ${name}`,
      severity: 'error',
      title: `${name} has no node`,
      evidence: [unscheduled?.message ?? 'phase Pending'],
      remedy: 'Make room on a node, or remove the taint that keeps it away.',
    });
  }
  return findings;
}

/** Lines that the programs wrote as warnings and errors are findings by themselves. */
async function readLog(client: KubeClient, pod: Pod, container: string): Promise<readonly Finding[]> {
  const { namespace = '', name } = pod.metadata;
  const text = await client.logs(namespace, name, container, logLines).catch(() => '');
  const lines = text.split('\n').filter((line) => /"level":"(warning|error)"/.test(line));
  if (lines.length === 0) return [];
  return [
    {
      id: `log ${namespace}/${name}`,
      severity: lines.some((line) => line.includes('"level":"error"')) ? 'error' : 'warning',
      title: `${namespace}/${name} complains`,
      evidence: lines.slice(-10),
      remedy: 'See what it says.',
    },
  ];
}
