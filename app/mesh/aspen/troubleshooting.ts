import type { Check, Finding } from '../../api/cluster-types.ts';
import type { Pod } from '../kubernetes.ts';
import { sectionKey } from './aspen-mesh.ts';

/** A pod of the aggregator, with the end of its log. */
export interface AggregatorPod {
  readonly pod: Pod;
  readonly log: string;
  /** `limits` of its first container, as they are set. */
  readonly limits: { readonly cpu?: string; readonly memory?: string };
}

/** What the documentation's troubleshooting guide asks a person to look at. */
export interface SymptomFacts {
  readonly enabled: boolean;
  readonly address: string;
  readonly aggregators: readonly AggregatorPod[];
  /** What is known of their DaemonSet; '' when there is none. */
  readonly daemonSet: string;
  /** Checks of the preparation that did not pass. */
  readonly unprepared: readonly Check[];
  /** `namespace/pod` of pods that have no sidecar. */
  readonly withoutSidecar: readonly string[];
  /** Lines of sidecars' logs that are about the aggregator, each after `namespace/pod: `. */
  readonly sidecarLines: readonly string[];
}

const mostLines = 10;
const complaint =
  /\b(warn(ing)?|error|drop(ped)?|refused|reset|time(d )?out|timeout|unavailable|x509|fail(ed|ure)?)\b/i;

/** Each symptom of the guide that is there, with its evidence and what to do. */
export function findSymptoms(facts: SymptomFacts): readonly Finding[] {
  if (!facts.enabled) {
    return [
      {
        id: 'disabled',
        severity: 'info',
        title: 'Packet Inspector is not enabled',
        evidence: [`${sectionKey}.enabled is not true in the release`],
        remedy: 'Switch capture on.',
      },
    ];
  }
  return [...facts.aggregators.flatMap((one) => [...outOfMemory(one), ...notStarted(one, facts)]), ...noPackets(facts)];
}

/** "The aggregator service doesn't start." */
function notStarted({ pod }: AggregatorPod, { address, unprepared }: SymptomFacts): readonly Finding[] {
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
  const states = pod.status?.containerStatuses ?? [];
  const isReady = states.length > 0 && states.every(({ ready }) => ready);
  if (isReady) return [];
  const waiting = states.flatMap(({ state, restartCount }) =>
    state?.waiting
      ? [`${state.waiting.reason ?? 'waiting'}: ${state.waiting.message ?? ''} (${restartCount} restarts)`]
      : [],
  );
  const unscheduled = (pod.status?.conditions ?? []).flatMap(({ type, status, message = '' }) =>
    type === 'PodScheduled' && status === 'False' ? [`it has no node: ${message}`] : [],
  );
  const analysis = unprepared.map(({ title, detail }) => `${title}: ${detail}`);
  return [
    {
      id: `not-started ${name}`,
      severity: 'error',
      title: `The aggregator ${name} does not start`,
      evidence: [
        `phase ${pod.status?.phase ?? 'unknown'}`,
        ...unscheduled,
        ...waiting,
        `analysis.address is ${address}`,
        ...analysis,
      ],
      remedy:
        analysis.length > 0
          ? 'Complete the preparations, including the address of the analysis service: `packet-inspector prepare` names what is missing.'
          : 'Compare the address with that of the analysis service, and check that it is running.',
    },
  ];
}

/** "The aggregator service crashed (OOM killed)." */
function outOfMemory({ pod, limits }: AggregatorPod): readonly Finding[] {
  const killed = (pod.status?.containerStatuses ?? []).filter(({ lastState, state }) =>
    [lastState, state].some((one) => one?.terminated?.reason === 'OOMKilled'),
  );
  return killed.map(({ restartCount }) => ({
    id: `memory ${pod.metadata.namespace}/${pod.metadata.name}`,
    severity: 'error',
    title: `The aggregator ${pod.metadata.namespace}/${pod.metadata.name} was killed because it ran out of memory`,
    evidence: [
      `OOMKilled, ${restartCount} restarts`,
      `limits: cpu ${limits.cpu ?? 'none'}, memory ${limits.memory ?? 'none'}`,
    ],
    remedy:
      'Raise both limits in the override values file (with too little CPU more memory is needed), and upgrade to the same version:',
    values: `${sectionKey}:\n  resources:\n    limits:\n      cpu: ${JSON.stringify(twice(limits.cpu) || '1')}\n      memory: ${twice(limits.memory) || '512Mi'}\n`,
  }));
}

/** `256Mi` -> `512Mi`, `500m` -> `1000m`; '' for what is no quantity. */
function twice(quantity: string | undefined): string {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(quantity ?? '') ?? [];
  return number === '' ? '' : `${Number(number) * 2}${unit}`;
}

/** "There are no packets being captured." */
function noPackets({
  aggregators,
  daemonSet,
  withoutSidecar,
  sidecarLines,
  unprepared,
}: SymptomFacts): readonly Finding[] {
  const findings: Finding[] = [];
  if (aggregators.length === 0) {
    findings.push({
      id: 'no-aggregators',
      severity: 'error',
      title: 'Packet Inspector is enabled, but there are no aggregators',
      evidence: [daemonSet || 'there is no DaemonSet aspen-mesh-packet-inspector in istio-system'],
      remedy:
        daemonSet === ''
          ? 'Somebody has deleted it, or the release was upgraded without its subcharts: switch capture on again, or upgrade to the same version.'
          : '`kubectl describe daemonset aspen-mesh-packet-inspector --namespace istio-system`',
    });
  }
  if (withoutSidecar.length > 0) {
    findings.push({
      id: 'no-sidecars',
      severity: 'warning',
      title:
        withoutSidecar.length === 1
          ? 'One pod has no sidecar: nothing of it is captured'
          : `${withoutSidecar.length} pods have no sidecar: nothing of theirs is captured`,
      evidence: withoutSidecar.slice(0, mostLines),
      remedy: 'To capture them, label their namespaces istio-injection=enabled and restart them.',
    });
  }
  if (sidecarLines.length > 0) {
    findings.push({
      id: 'sidecars',
      severity: 'error',
      title: 'Sidecars cannot talk to the aggregators',
      evidence: sidecarLines.slice(-mostLines),
      remedy:
        'Both need certificates of the same CA: check that a CA is plugged in, and that the aggregators are running.',
    });
  }
  for (const { pod, log } of aggregators) {
    const lines = log.split('\n').filter((line) => complaint.test(line));
    if (lines.length === 0) continue;
    findings.push({
      id: `log ${pod.metadata.name}`,
      severity: 'warning',
      title: `The aggregator ${pod.metadata.namespace}/${pod.metadata.name} reports problems`,
      evidence: lines.slice(-mostLines),
      remedy:
        'Lines about drops: raise its limits. Lines about the connection: look at the analysis service and its certificate.',
    });
  }
  for (const { id, title, detail, remedy } of unprepared) {
    findings.push({ id: `unprepared ${id}`, severity: 'error', title, evidence: [detail], remedy });
  }
  return findings;
}

/** Lines of a sidecar's log that are about the way to the aggregator and complain of something. */
export function sidecarComplaints(log: string): readonly string[] {
  return log.split('\n').filter((line) => /packet-inspector|capture-filter/.test(line) && complaint.test(line));
}
