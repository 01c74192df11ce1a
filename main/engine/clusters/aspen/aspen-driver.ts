import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { leaseGrace, type ReadLease } from '../../../../app/mesh/lease.ts';
import { aggregatorName } from '../../../../app/mesh/names.ts';
import { inventoryOf } from '../../../../app/mesh/pod-reader.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import { errorText } from '../../../log.ts';
import { podSource } from '../../emulator/source.ts';
import type { Interruption } from '../../helm/interruption.ts';
import { isForbidden } from '../../kube/kube-error.ts';
import type { ClusterDriver } from '../driver.ts';
import { DriverState } from '../driver-state.ts';
import { ClusterWatch } from '../istio/cluster-watch.ts';
import type { IstioDriverOptions } from '../istio/istio-driver.ts';
import { LeaseHolder } from '../istio/lease-holder.ts';
import { connectReceiver } from '../istio/receiver-connection.ts';
import { extentOf, type Survey, surveyCluster } from '../istio/survey.ts';
import { helmOf } from './aspen-target.ts';
import { findEmulator, labelNamespace, whyNotShown } from './emulator.ts';
import { findAspenMesh } from './find-aspen.ts';
import { planUpgrade } from './plan.ts';
import { planOff } from './plan-off.ts';
import { type AspenCheck, checkAspen } from './preflight.ts';
import { summaryOf } from './summary.ts';
import type { AspenSwitch } from './switch.ts';
import { capturingStatus, createSwitching } from './switching.ts';
import { troubleshoot } from './troubleshoot.ts';

export interface AspenOptions {
  /** Path of helm; '' for the one on PATH. */
  readonly helm: string;
  /** Release folder, chart folder or chart archive; '' for what the release keeps. */
  readonly chart: string;
  /** Name of the release, where there are several; ''. */
  readonly release: string;
  /** Seconds that an upgrade may take before helm takes it back. */
  readonly timeout?: number;
  /** Ends what helm does, and has it taken back. */
  readonly interruption?: Interruption;
}

export interface AspenDriverOptions extends IstioDriverOptions {
  /** Kubeconfig files that have the context. */
  readonly files: readonly string[];
  /** Asked each time, as settings change. */
  readonly aspen: () => AspenOptions;
}

const defaultLookEvery = 10_000;

/** A cluster with Aspen Mesh: its own Packet Inspector is switched by the values of its release. */
export function createAspenDriver({ name, client, files, ...options }: AspenDriverOptions): ClusterDriver {
  const user = `${userInfo().username}@${hostname()}`;
  const state = new DriverState('connecting…');
  /** What is worked with now: settings may have changed since. */
  function means(): AspenCheck {
    const aspen = options.aspen();
    return { client, aspen, helm: helmOf(aspen, files, name) };
  }
  /** One change at a time, which is not left half done. */
  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    const { interruption } = options.aspen();
    return state.exclusively(() => (interruption ? interruption.hold(work) : work()));
  }
  const lease = new LeaseHolder({
    client,
    user,
    holder: `${user}/${randomBytes(4).toString('hex')}`,
    grace: options.leaseGrace ?? leaseGrace,
    onEnd: () => void state.exclusively(switching.turnOff).catch(() => {}),
    onProblem: (problem) => state.become({ problem }),
  });

  async function target(): Promise<AspenSwitch> {
    const { helm, aspen } = means();
    const mesh = await findAspenMesh(client, aspen.release);
    const { timeout } = aspen;
    return { client, helm, mesh, chart: aspen.chart, ...(timeout === undefined ? {} : { timeout }) };
  }

  const switching = createSwitching({
    client,
    state,
    lease,
    user,
    means,
    target,
    endsItself: options.leaseGrace === undefined,
  });

  function showSurvey(found: Survey): void {
    state.become(extentOf(found, switching.last(), state.status.capture === 'capturing'));
  }

  /** Whoever has switched it on, by whatever means, its DaemonSet is there: the documentation's own test. */
  async function showLease(found: ReadLease | null): Promise<void> {
    const daemonSet = await client.find(resources.daemonSet, 'istio-system', aggregatorName);
    if (state.isBusy) return;
    if (daemonSet !== null) {
      const notShown = await whyNotShown(client, switching.last());
      if (!state.isBusy) state.become({ ...capturingStatus(found), notShown });
      return;
    }
    lease.release();
    const problem = state.status.capture === 'unreachable' ? '' : state.status.problem;
    state.become({ capture: 'off', holder: '', until: null, problem });
  }

  function showFailure(error: unknown): void {
    if (state.isBusy) return;
    // What may not be seen is no reason to give up what is seen.
    if (isForbidden(error)) state.become({ problem: errorText(error) });
    else state.become({ capture: 'unreachable', problem: errorText(error) });
  }

  const watch = new ClusterWatch({
    client,
    turn: () => state.turn,
    every: options.lookEvery ?? defaultLookEvery,
    onSurvey: showSurvey,
    onUnseen: ({ message }) => state.become({ summary: `you may not see everything: ${message}` }),
    onLease: (found) => void showLease(found).catch(showFailure),
    onFailure: showFailure,
  });
  watch.begin();

  return {
    id: name,
    name,
    kind: 'kubernetes',
    status: () => state.status,
    onChange: (listener) => state.onChange(listener),
    lastCapture: switching.last,
    proposedCapture: switching.proposed,
    inventory: async () => {
      const { aspen } = means();
      const [{ mesh, nodes, pods }, found, emulator] = await Promise.all([
        surveyCluster(client),
        findAspenMesh(client, aspen.release),
        findEmulator(client),
      ]);
      return { ...inventoryOf(mesh, nodes, pods), aspen: summaryOf(found, emulator, aspen.chart) };
    },
    preflight: (capture) => checkAspen(means(), capture),
    plan: async (capture) => planUpgrade(await target(), capture),
    enable: (capture) => exclusively(() => switching.turnOn(capture)),
    extend: (minutes) =>
      state.exclusively(async () => {
        state.become({ until: await lease.extend(minutes) });
      }),
    planDisable: async () => planOff(await target()),
    emulatorFiles: async () => podSource(client),
    aspen: async () => ({
      label: (namespace) => labelNamespace(client, namespace),
      uninstall: () => exclusively(switching.removeAll),
    }),
    disable: () => exclusively(switching.turnOff),
    nameAt: (address, time) => watch.nameAt(address, time),
    doctor: async () => troubleshoot(client, await findAspenMesh(client, options.aspen().release)),
    connect: () => connectReceiver(client),
    close: async () => {
      watch.close();
      lease.release();
      await state.settled();
      client.connection.close();
    },
  };
}
