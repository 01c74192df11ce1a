import { setTimeout as pause } from 'node:timers/promises';
import {
  connectionsPath,
  type OpenConnections,
  podsWithSlot,
  readDiameterConnections,
  readHttpConnections,
} from '../../../../app/mesh/open-connections.ts';
import { permissionsFor } from '../../../../app/mesh/permission.ts';
import type { MeshPod } from '../../../../app/mesh/pod-reader.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { SlotKind, SlotPlace } from '../../../../app/mesh/slot-places.ts';
import type { KubeClient } from '../../kube/client.ts';
import { getFromPod } from '../../kube/forwarded-http.ts';
import { count, few } from './check.ts';
import { missingPermissions } from './permissions.ts';

export interface ConnectionQuestion {
  readonly client: KubeClient;
  readonly pods: readonly MeshPod[];
  /** Slots that are put there or taken out: what drains. */
  readonly slots: readonly SlotPlace[];
  readonly rootNamespace: string;
  /** Of Diameter's servers; null where none is known. */
  readonly diameterPort: number | null;
}

/** Envoy's admin, on the loopback of each pod with a proxy. */
const adminPort = 15_000;
/** A plan is no census: so many proxies are asked at most, so many at once, and for so long. Time in milliseconds. */
const mostAsked = 24;
const atOnce = 6;
const timeLimit = 4_000;
/** Namespaces whose proxies are asked at most. */
const mostNamespaces = 20;

/**
 * How many connections are open now at the proxies whose listeners are about to change, in sentences. Reads their own counts by
 * `pods/portforward` where that is allowed, which no level of access includes: it opens every port of the pods. Where it is not, it says so.
 */
export async function countConnections(question: ConnectionQuestion): Promise<readonly string[]> {
  const { client, pods, slots, rootNamespace } = question;
  const kinds = (['http', 'diameter'] as const).filter((kind) => kind === 'http' || question.diameterPort !== null);
  const affected = new Map<MeshPod, SlotKind[]>();
  for (const kind of kinds) {
    for (const pod of podsWithSlot(pods, slots, kind, rootNamespace))
      affected.set(pod, [...(affected.get(pod) ?? []), kind]);
  }
  if (affected.size === 0) return [];
  const namespaces = [...new Set([...affected.keys()].map(({ namespace }) => namespace))].slice(0, mostNamespaces);
  const forbidden = await forbiddenNamespaces(client, namespaces);
  const open = new Set(namespaces.filter((namespace) => !forbidden.includes(namespace)));
  const allowed = [...affected].filter(([{ namespace }]) => open.has(namespace));
  const answers = await askAll(question, allowed.slice(0, mostAsked));
  const permission = forbidden.length === 0 ? '' : `takes the permission pods/portforward in ${few(forbidden)}.`;
  if (answers.length === 0) {
    const reason = permission === '' ? 'none of them answers.' : `asking ${permission}`;
    return [`It is not known how many connections are open at these ${proxies(affected.size)}: ${reason}`];
  }
  return [sentence(answers, affected.size), ...(permission === '' ? [] : [`Asking the other proxies ${permission}`])];
}

function proxies(number: number): string {
  return count(number, 'proxy', 'proxies');
}

async function forbiddenNamespaces(client: KubeClient, namespaces: readonly string[]): Promise<readonly string[]> {
  const asked = namespaces.map(async (namespace) => {
    const needed = permissionsFor(resources.pod, ['get', 'create'], { namespace, subresource: 'portforward' });
    return (await missingPermissions(client, needed)).length > 0 ? namespace : null;
  });
  return (await Promise.all(asked)).filter((namespace) => namespace !== null);
}

interface Answer {
  readonly pod: MeshPod;
  readonly open: OpenConnections;
}

/** Answers of those that gave one in time. */
async function askAll(
  question: ConnectionQuestion,
  asked: readonly (readonly [MeshPod, readonly SlotKind[]])[],
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const waiting = [...asked];
  const end = performance.now() + timeLimit;
  const work = async () => {
    for (let next = waiting.shift(); next && performance.now() < end; next = waiting.shift()) {
      const [pod, kinds] = next;
      const open = await ask(question, pod, kinds, end).catch(() => null);
      if (open) answers.push({ pod, open });
    }
  };
  // A node that is gone may keep us waiting for a connection.
  const over = new AbortController();
  const late = pause(timeLimit, undefined, { signal: over.signal, ref: false }).catch(() => {});
  await Promise.race([Promise.all(Array.from({ length: atOnce }, work)), late]);
  over.abort();
  return [...answers];
}

async function ask(
  { client, diameterPort }: ConnectionQuestion,
  { namespace, pod }: MeshPod,
  kinds: readonly SlotKind[],
  end: number,
): Promise<OpenConnections | null> {
  const open: Partial<Record<SlotKind, number>> = {};
  for (const kind of kinds) {
    const timeout = end - performance.now();
    const text = await getFromPod(client.connection, namespace, pod, adminPort, connectionsPath(kind), { timeout });
    const found = kind === 'http' ? readHttpConnections(text) : readDiameterConnections(text, diameterPort ?? 0);
    if (found === null) return null;
    open[kind] = found;
  }
  return open;
}

function sentence(answers: readonly Answer[], affected: number): string {
  const total = (kind: SlotKind) => answers.reduce((sum, { open }) => sum + (open[kind] ?? 0), 0);
  const said = [
    count(total('http'), 'HTTP connection'),
    ...(answers.some(({ open }) => open.diameter !== undefined)
      ? [count(total('diameter'), 'Diameter connection')]
      : []),
  ];
  const most = answers
    .map(({ pod, open }) => ({ pod, all: (open.http ?? 0) + (open.diameter ?? 0) }))
    .filter(({ all }) => all > 0)
    .sort((left, right) => right.all - left.all)
    .map(({ pod, all }) => `${pod.namespace}/${pod.pod} ${all}`);
  const asked = answers.length === affected ? `the ${proxies(affected)}` : `${answers.length} of ${proxies(affected)}`;
  const where = most.length === 0 ? '' : ` (${few(most, 3)})`;
  return `Open now, as counted by ${asked} whose listeners change: ${said.join(' and ')}${where}.`;
}
