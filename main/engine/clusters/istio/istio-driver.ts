import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import * as v from 'valibot';
import type { ClusterInventory, Step } from '../../../../app/api/cluster-types.ts';
import { gapSentence } from '../../../../app/mesh/aggregator-nodes.ts';
import { type CaptureOptions, defaultCaptureOptions, type SlotChoice } from '../../../../app/mesh/capture-options.ts';
import type { CaptureSite } from '../../../../app/mesh/capture-site.ts';
import { leaseGrace, type ReadLease } from '../../../../app/mesh/lease.ts';
import { inventoryOf } from '../../../../app/mesh/pod-reader.ts';
import { newGeneration } from '../../../new-generation.ts';
import { captureOptions } from '../../api/capture-schema.ts';
import { podSource } from '../../emulator/source.ts';
import type { KubeClient } from '../../kube/client.ts';
import { KubeError } from '../../kube/kube-error.ts';
import { absences, whileAway } from '../../kube/while-away.ts';
import type { ClusterDriver, DriverStatus } from '../driver.ts';
import { DriverState } from '../driver-state.ts';
import { CaptureRecord } from './capture-record.ts';
import { ClusterWatch, type SeenBesides } from './cluster-watch.ts';
import { diagnose } from './doctor.ts';
import { type FiltersInPlace, findFilters, slotPlaces } from './filters-in-place.ts';
import { LeaseHolder } from './lease-holder.ts';
import { planCapture, tryCapture } from './plan.ts';
import { checkReadiness } from './preflight.ts';
import { readProxyRejections, rejectionsSentence } from './proxy-rejections.ts';
import { connectReceiver } from './receiver-connection.ts';
import { checkRemoval } from './removal-check.ts';
import { rollBack } from './roll-back.ts';
import { chosenSlot, planDisable, slotAtEnd } from './slot-choice.ts';
import { StepList } from './step-list.ts';
import { coveredPods, extentOf, type Survey, siteOf, surveyCluster } from './survey.ts';
import { switchOff, switchOffSteps } from './switch-off.ts';
import { switchOn, switchOnSteps } from './switch-on.ts';
import { LeaseTakenError } from './take-lease.ts';

export interface IstioDriverOptions {
  /** Name of the kubeconfig's context. */
  readonly name: string;
  readonly client: KubeClient;
  /** Seconds that capture outlives this program by. */
  readonly leaseGrace?: number;
  /** Milliseconds between looks at the cluster. */
  readonly lookEvery?: number;
  /** Connects at once; else when something is first asked of the cluster, so that nobody is logged in to all they have. */
  readonly eager: boolean;
  /** What runs in the cluster; as it is built when left out. */
  readonly programs?: CaptureSite['programs'];
}

const defaultLookEvery = 10_000;
/** After capture was switched on, until istiod is asked which proxies did not take the filter. Milliseconds. */
const answerTime = 3_000;

const overdueSentence =
  'The lease has run out, but nothing in the cluster has ended the capture: the lease keeper is not running, or may not do it. Switch capture off.';

/** A cluster of the kubeconfig with Istio (or Aspen Mesh) in it. */
export function createIstioDriver({ name, client, ...options }: IstioDriverOptions): ClusterDriver {
  const state = new DriverState(options.eager ? 'connecting…' : 'not connected yet');
  const user = `${userInfo().username}@${hostname()}`;
  const holder = `${user}/${randomBytes(4).toString('hex')}`;
  let last: CaptureOptions = defaultCaptureOptions;
  let surveyed: Survey | null = null;
  /** The lease has run out, and nobody has ended the capture. */
  let overdue = false;
  /** Proxies that did not take the filter, as a sentence. */
  let refused = '';
  const record = new CaptureRecord(client, user);
  const closing = new AbortController();
  const lease = new LeaseHolder({
    client,
    user,
    holder,
    grace: options.leaseGrace ?? leaseGrace,
    onEnd: () => void state.exclusively(() => turnOff(() => slotAtEnd(client), 'ended')).catch(() => {}),
    onProblem: (problem) => state.become({ problem }),
  });

  function showSurvey(found: Survey): void {
    const { mesh } = found;
    surveyed = found;
    const isCapturing = state.status.capture === 'capturing';
    state.become({ ...extent(isCapturing), ...(isCapturing && !state.isBusy ? { problem: shortcomings() } : {}) });
    if (mesh && state.status.capture === 'capturing') void lookAtProxies(mesh.namespace);
  }

  /** What is captured, or could be. */
  function extent(isCapturing: boolean): Partial<DriverStatus> {
    return surveyed ? extentOf(surveyed, last, isCapturing) : {};
  }

  /** Why less is captured than is wanted, in sentences; ''. */
  function shortcomings(): string {
    const missed = surveyed ? gapSentence(coveredPods(surveyed, last).captured, surveyed.gaps) : '';
    return [overdue ? overdueSentence : '', refused, missed].filter((text) => text !== '').join(' ');
  }

  async function lookAtProxies(meshNamespace: string): Promise<void> {
    const { rejections } = await readProxyRejections(client, meshNamespace);
    if (state.isBusy || state.status.capture !== 'capturing') return;
    refused = rejectionsSentence(rejections);
    state.become({ problem: shortcomings() });
  }

  /** Somebody, here or elsewhere, has switched capture on or off. */
  function showLease(found: ReadLease | null, { slotInPlace, isOverdue }: SeenBesides): void {
    if (state.isBusy) return;
    overdue = isOverdue;
    if (found) {
      const parsed = v.safeParse(captureOptions, found.capture);
      if (parsed.success) last = parsed.output;
      const { user: by, until } = found;
      state.become({ capture: 'capturing', holder: by, until, slotInPlace, problem: shortcomings(), ...extent(true) });
    } else {
      lease.release();
      // Why switching on or off went wrong stays to be read until the next time; what was wrong with a capture went with it.
      const problem = state.status.capture === 'off' ? state.status.problem : '';
      state.become({ capture: 'off', holder: '', until: null, slotInPlace, problem, ...extent(false) });
    }
  }

  function showFailure(error: unknown): void {
    if (state.isBusy) return;
    const problem = error instanceof Error ? error.message : String(error);
    // What may not be seen is no reason to give up what is seen.
    if (error instanceof KubeError && error.status === 403) state.become({ problem });
    else state.become({ capture: 'unreachable', problem });
  }

  const watch = new ClusterWatch({
    client,
    every: options.lookEvery ?? defaultLookEvery,
    onSurvey: showSurvey,
    onUnseen: ({ message }) => state.become({ summary: `you may not see everything: ${message}` }),
    onLease: showLease,
    turn: () => state.turn,
    onFailure: showFailure,
  });
  if (options.eager) watch.begin();

  const connect = () => connectReceiver(client);
  const show = (steps: StepList) => () => state.become({ steps: steps.steps as readonly Step[] });

  async function turnOn(capture: CaptureOptions): Promise<void> {
    if (state.status.capture === 'capturing') return;
    // Somebody was quicker, and has not been seen yet: what they capture is seen here as well.
    const current = await record.current().catch(() => null);
    if (current) return state.become({ capture: 'capturing', holder: current.user, until: current.until, problem: '' });
    const preflight = await checkReadiness(client, capture);
    const failed = preflight.checks.find(({ result }) => result === 'failed');
    if (failed) throw new Error([failed.title, failed.detail, failed.remedy].filter((text) => text !== '').join('. '));
    last = capture;
    const found = await watch.survey();
    const inPlace = await findFilters(client);
    const site = siteOf(found, capture, slotPlaces(inPlace), options.programs);
    await tryCapture(client, site, lease.planned(capture));
    const steps: StepList = new StepList(switchOnSteps, () => show(steps)());
    state.become({ capture: 'enabling', holder: user, problem: '', steps: steps.steps });
    const held = lease.begin(capture);
    try {
      const pods = coveredPods(found, capture).captured;
      const generation = newGeneration();
      const onLease = () => lease.keep();
      await switchOn({ client, site, inPlace, pods, lease: held, connect, generation, onLease }, steps);
      await record.begun('on', capture, held.until);
      refused = '';
      state.become({ capture: 'capturing', until: held.until, slotInPlace: true });
      // By then the proxies have answered.
      setTimeout(() => void lookAtProxies(site.meshNamespace), answerTime).unref();
    } catch (error) {
      lease.release();
      if (error instanceof LeaseTakenError) {
        state.become({ capture: 'off', holder: '', problem: error.message });
        throw error;
      }
      await undo(steps, inPlace, error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  /** What was begun is not given up while the API server is being restarted. */
  function persist<T>(work: () => Promise<T>, patience: number = absences.begun): Promise<T> {
    const tell = (problem: string) => state.become({ problem: `${problem.replace(/\.$/, '')}. It is tried again.` });
    return whileAway(work, tell, patience, closing.signal);
  }

  async function undo(steps: StepList, before: FiltersInPlace, problem: string): Promise<void> {
    const off = { capture: 'off', holder: '', until: null } as const;
    try {
      const { sentence, slotInPlace } = await persist(() => rollBack(client, before));
      steps.undo();
      state.become({ ...off, slotInPlace, problem: `${problem} ${sentence}` });
    } catch (error) {
      const rest = error instanceof Error ? error.message : String(error);
      state.become({ ...off, problem: `${problem} Not everything could be removed again: ${rest}` });
    }
  }

  /** @param what how it came to that, for readers of the Event */
  async function turnOff(choose: () => Promise<SlotChoice>, what: 'off' | 'ended' = 'off') {
    const ending = await persist(async () => {
      await checkRemoval(client);
      return record.current();
    }, absences.notBegun);
    state.become({ capture: 'disabling', problem: '' });
    lease.release();
    try {
      const slot = await persist(choose);
      const remainder = await persist(() => {
        const steps: StepList = new StepList(switchOffSteps(slot), () => show(steps)());
        state.become({ steps: steps.steps });
        return switchOff(client, steps, slot, newGeneration());
      });
      state.become({ capture: 'off', holder: '', until: null, slotInPlace: remainder.kept.length > 0, problem: '' });
      const untold = await record.ended(what, ending);
      if (untold !== '') state.become({ problem: untold });
      return remainder;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      state.become({ capture: 'off', problem: `Not everything could be removed: ${problem}` });
      throw error;
    }
  }

  async function extend(minutes: number | null): Promise<void> {
    const until = await lease.extend(minutes);
    state.become({ until });
    await record.begun('extended', last, until);
  }

  return {
    id: name,
    name,
    kind: 'kubernetes',
    status: () => state.status,
    onChange: (listener) => state.onChange(listener),
    lastCapture: () => last,
    proposedCapture: async () => last,
    inventory: async (): Promise<ClusterInventory> => {
      watch.begin();
      const { mesh, nodes, pods } = await surveyCluster(client);
      return inventoryOf(mesh, nodes, pods);
    },
    preflight: (capture) => checkReadiness(client, capture),
    plan: (capture) => planCapture(client, lease.planned(capture)),
    enable: (capture) => {
      watch.begin();
      return state.exclusively(() => turnOn(capture));
    },
    extend: (minutes) => state.exclusively(() => extend(minutes)),
    planDisable: () => planDisable(client),
    disable: (slot) => {
      watch.begin();
      return state.exclusively(() => turnOff(async () => slot ?? chosenSlot(client)));
    },
    nameAt: (address, time) => watch.nameAt(address, time),
    emulatorFiles: async () => podSource(client),
    doctor: () => diagnose(client, last),
    connect,
    close: async () => {
      closing.abort();
      watch.close();
      lease.release();
      await state.settled();
      client.connection.close();
    },
  };
}
