import { setTimeout } from 'node:timers/promises';
import type { Step } from '../../../app/api/cluster-types.ts';
import type { Handlers } from '../../../app/api/contract.ts';
import type { ClusterCard } from '../../../app/api/types.ts';
import { type CaptureOptions, defaultCaptureOptions } from '../../../app/mesh/capture-options.ts';
import { aspenAnswers, aspenHandlers, planOff, uninstallSteps } from './aspen-answers.ts';
import { disablePlan, findings, inventory, plan, preflight, remainder, remainderWithSlot } from './cluster-answers.ts';
import { aspenCluster, capturingChange, demoCard } from './cluster-cards.ts';

type ClusterRequest = Extract<keyof Handlers, `clusters.${string}`>;

const on = ['Receiver', 'Aggregator on every node', 'Canary: one workload', 'All workloads', 'First heartbeat'];
const off = ['Filters', 'Aggregator', 'Receiver', 'Check what is left'];

/** How long a step takes. Milliseconds. */
const stepTime = 250;

/** Clusters that do what they are told, step by step, and remember what they were switched on with. */
export function clusterHandlers(
  cards: () => readonly ClusterCard[],
  setCluster: (id: string, change: Partial<ClusterCard>) => ClusterCard,
): Pick<Handlers, ClusterRequest> {
  const aspen = aspenAnswers();
  const last = new Map<string, CaptureOptions>();

  async function goThrough(id: string, names: readonly string[]): Promise<void> {
    for (let at = 0; at <= names.length; at++) {
      setCluster(id, { steps: names.map((name, index) => step(name, index, at)) });
      if (at < names.length) await setTimeout(stepTime);
    }
  }

  return {
    'clusters.list': () => ({ clusters: [...cards()] }),
    'clusters.inventory': ({ id }) => ({
      inventory: id === aspenCluster ? aspen.inventory : inventory,
      capture: last.get(id) ?? defaultCaptureOptions,
    }),
    'clusters.preflight': ({ id, capture }) => (id === aspenCluster ? aspen.preflight() : preflight(capture)),
    'clusters.plan': ({ id, capture }) => (id === aspenCluster ? aspen.plan(capture) : plan(capture)),
    'clusters.extend': ({ id, minutes }) => ({
      cluster: setCluster(id, { until: minutes === null ? null : Date.now() + minutes * 60_000 }),
    }),
    'clusters.doctor': ({ id }) => ({ findings: id === aspenCluster ? aspen.findings : findings }),
    'clusters.enable': async ({ id, capture = defaultCaptureOptions }) => {
      setCluster(id, { state: 'enabling', connection: { state: 'connecting', since: Date.now(), nextTry: null } });
      if (id === 'demo') {
        await setTimeout(stepTime);
        return { cluster: setCluster(id, demoCard(true)) };
      }
      await goThrough(id, on);
      last.set(id, capture);
      const until = capture.minutes === null ? null : Date.now() + capture.minutes * 60_000;
      return { cluster: setCluster(id, capturingChange(plan(capture).pods.length, until)) };
    },
    'clusters.disablePlan': ({ id }) =>
      id === aspenCluster ? planOff(cards().find((card) => card.id === id)?.state !== 'off') : disablePlan,
    ...aspenHandlers(setCluster, aspen.label, (id) => goThrough(id, uninstallSteps)),
    'clusters.disable': async ({ id, slot }) => {
      setCluster(id, { state: 'disabling' });
      if (id === 'demo') {
        await setTimeout(stepTime);
        return { cluster: setCluster(id, demoCard(false)), remainder };
      }
      await goThrough(id, off);
      const { steps } = cards().find((card) => card.id === id)!;
      const { id: _id, name: _name, kind: _kind, summary: _summary, ...plain } = demoCard(false);
      const slotInPlace = slot === 'keep';
      return {
        cluster: setCluster(id, { ...plain, steps, slotInPlace }),
        remainder: slotInPlace ? remainderWithSlot : remainder,
      };
    },
  };
}

function step(name: string, index: number, at: number): Step {
  const state = index < at ? 'done' : index === at ? 'running' : 'waiting';
  return { name, state, detail: state === 'done' ? 'ready' : '', milliseconds: index < at ? stepTime : 0 };
}
