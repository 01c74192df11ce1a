import type { Finding } from '../api/cluster-types.ts';
import type { ContainerStatus, KubeEvent, Pod } from './kubernetes.ts';

/** What is known of a pod of ours. */
export interface PodEvidence {
  readonly pod: Pod;
  /** The ends of its containers' logs, by container: of the one that runs, and of the one before it that ended. */
  readonly logs: ReadonlyMap<string, { readonly now: string; readonly before: string }>;
}

const mostLines = 10;

/** What is wrong with a pod, each with what shows it and what to do. */
export function podFindings({ pod, logs }: PodEvidence): readonly Finding[] {
  const containers = pod.status?.containerStatuses ?? [];
  return [
    ...schedulingFindings(pod),
    ...containers.flatMap((container) => {
      const log = logs.get(container.name) ?? { now: '', before: '' };
      return [
        ...memoryFindings(pod, container),
        ...startFindings(pod, container, log.before),
        ...logFindings(pod, log.now),
      ];
    }),
  ];
}

/** What made no pods at all: a quota, an admission policy. */
export function eventFindings(events: readonly KubeEvent[]): readonly Finding[] {
  const failed = events.filter(({ reason }) => reason === 'FailedCreate');
  const last = new Map(failed.map((event) => [`${event.involvedObject.kind} ${event.involvedObject.name}`, event]));
  return [...last].map(([of, { metadata, message }]) => {
    const isQuota = /exceeded quota/.test(message);
    return {
      id: `failed-create ${of}`,
      severity: 'error',
      title: `${of} gets no pods: ${isQuota ? 'a quota is used up' : 'they are refused'}`,
      evidence: [message],
      remedy: isQuota
        ? `Raise the quota that the message names, or free some of it: \`kubectl describe resourcequota -n ${metadata.namespace}\``
        : 'An admission policy of the cluster refuses them: see the message.',
    };
  });
}

function schedulingFindings(pod: Pod): readonly Finding[] {
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (pod.status?.phase !== 'Pending' || !unscheduled) return [];
  return [
    finding(pod, 'pending', 'has no node', [unscheduled.message ?? 'PodScheduled: False'], {
      remedy: 'Make room on a node, or remove the taint that keeps it away, as the scheduler says.',
    }),
  ];
}

function memoryFindings(pod: Pod, { name, state, lastState, restartCount }: ContainerStatus): readonly Finding[] {
  const ended = [state?.terminated, lastState?.terminated].find((one) => one?.reason === 'OOMKilled');
  if (!ended) return [];
  const limit = pod.spec.containers.find((container) => container.name === name)?.resources?.limits?.memory ?? '';
  const wanted = twice(limit);
  const value =
    wanted === ''
      ? 'resources.limits.memory to twice what it is'
      : `resources.limits.memory from ${limit} to ${wanted}`;
  return [
    finding(pod, `memory ${name}`, `ran out of memory and was killed, ${restartCount} times`, [JSON.stringify(ended)], {
      remedy: `Raise ${value} for the container ${name}.`,
    }),
  ];
}

/** `512Mi` becomes `1024Mi`; '' for what is no number of bytes. */
function twice(quantity: string): string {
  const [, number, unit = ''] = /^(\d+)([EPTGMK]i|[EPTGMk])?$/.exec(quantity) ?? [];
  return number === undefined ? '' : `${Number(number) * 2}${unit}`;
}

function startFindings(pod: Pod, { name, state, lastState }: ContainerStatus, before: string): readonly Finding[] {
  const waiting = state?.waiting;
  const reason = waiting?.reason ?? '';
  // A pod that has just been made waits for a moment, with nothing wrong.
  if (!waiting || reason === 'ContainerCreating' || reason === 'PodInitializing') return [];
  const evidence = [waiting.message ?? reason];
  const id = `waiting ${name}`;
  const title = `does not start: ${reason || 'unknown'}`;
  if (/Image/.test(reason)) {
    const image = pod.spec.containers.find((container) => container.name === name)?.image ?? '';
    return [
      finding(pod, id, title, [...evidence, `image: ${image}`], {
        remedy:
          'Choose an image that this cluster can pull, for example from your own registry: `packet-inspector enable --image NAME`',
      }),
    ];
  }
  if (reason === 'CrashLoopBackOff') {
    const ended = lastState?.terminated;
    return [
      finding(pod, id, title, [...evidence, ...(ended ? [JSON.stringify(ended)] : []), ...lastLines(before)], {
        remedy: 'Its last log lines say why. Once that is fixed, switch capture off and on.',
      }),
    ];
  }
  if (/^CreateContainer/.test(reason)) {
    return [
      finding(pod, id, title, evidence, {
        remedy:
          'Something that it mounts or runs as is missing or not allowed: switch capture off and on to create its objects again.',
      }),
    ];
  }
  return [finding(pod, id, title, evidence, { remedy: 'See the message.' })];
}

/** Warnings and errors of our programs, by what they are about. */
const complaints: readonly { readonly about: RegExp; readonly title: string; readonly remedy: string }[] = [
  {
    about: /certificate|CERT_|SSL|TLS|altname/i,
    title: 'has trouble with a certificate',
    remedy: 'Preflight says where certificates come from and what is missing: `packet-inspector status`',
  },
  {
    about: /no connection to the analysis service/,
    title: 'does not reach the analysis service',
    remedy:
      'Check that its pod is running, and that no NetworkPolicy stands between: `kubectl get pods,networkpolicies -n analysis-emulator`',
  },
  {
    about: /lease cannot be kept/,
    title: 'cannot keep the lease',
    remedy: 'Capture may not end by itself: switch it off yourself when you are done.',
  },
];

function logFindings(pod: Pod, log: string): readonly Finding[] {
  const lines = log.split('\n').filter((line) => /"level":"(warning|error)"/.test(line));
  const rest = new Set(lines);
  const known = complaints.flatMap(({ about, title, remedy }) => {
    const own = [...rest].filter((line) => about.test(line));
    for (const line of own) rest.delete(line);
    return own.length === 0 ? [] : [logFinding(pod, title, own, remedy)];
  });
  if (rest.size === 0) return known;
  return [...known, logFinding(pod, 'complains', [...rest], 'See what it says.')];
}

function logFinding(pod: Pod, title: string, lines: readonly string[], remedy: string): Finding {
  const severity = lines.some((line) => line.includes('"level":"error"')) ? 'error' : 'warning';
  return finding(pod, `log ${title}`, title, lines.slice(-mostLines), { severity, remedy });
}

function lastLines(log: string): readonly string[] {
  return log
    .split('\n')
    .filter((line) => line !== '')
    .slice(-mostLines);
}

function finding(
  { metadata }: Pod,
  id: string,
  title: string,
  evidence: readonly string[],
  { remedy, severity = 'error' }: { readonly remedy: string; readonly severity?: Finding['severity'] },
): Finding {
  const name = `${metadata.namespace}/${metadata.name}`;
  return { id: `${id} ${name}`, severity, title: `${name} ${title}`, evidence, remedy };
}
