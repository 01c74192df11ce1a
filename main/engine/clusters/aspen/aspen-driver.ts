import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { Remainder } from '../../../../app/api/cluster-types.ts';
import { effectiveSection } from '../../../../app/mesh/aspen/aspen-mesh.ts';
import { captureOf, settingsOff, valueChanges } from '../../../../app/mesh/aspen/capture-values.ts';
import { type CaptureOptions, defaultCaptureOptions } from '../../../../app/mesh/capture-options.ts';
import { leaseGrace, leaseObject, type ReadLease } from '../../../../app/mesh/lease.ts';
import { aggregatorName, analysisNamespace, leaseName } from '../../../../app/mesh/names.ts';
import { inventoryOf } from '../../../../app/mesh/pod-reader.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import { errorText } from '../../../log.ts';
import { podSource } from '../../emulator/source.ts';
import { Helm } from '../../helm/helm.ts';
import { isForbidden } from '../../kube/kube-error.ts';
import type { ClusterDriver } from '../driver.ts';
import { DriverState } from '../driver-state.ts';
import { ClusterWatch } from '../istio/cluster-watch.ts';
import type { IstioDriverOptions } from '../istio/istio-driver.ts';
import { LeaseHolder } from '../istio/lease-holder.ts';
import { connectReceiver } from '../istio/receiver-connection.ts';
import { StepList } from '../istio/step-list.ts';
import { extentOf, type Survey, surveyCluster } from '../istio/survey.ts';
import { findEmulator, labelNamespace, readyAnalysis } from './emulator.ts';
import { findAspenMesh } from './find-aspen.ts';
import { planUpgrade } from './plan.ts';
import { type AspenCheck, checkAspen } from './preflight.ts';
import { summaryOf } from './summary.ts';
import { type AspenSwitch, switchOff, switchOffSteps, switchOn, switchOnSteps } from './switch.ts';
import { troubleshoot } from './troubleshoot.ts';
import { uninstall, uninstallSteps } from './uninstall.ts';

export interface AspenOptions {
  /** Path of helm; '' for the one on PATH. */
  readonly helm: string;
  /** Release folder, chart folder or chart archive; '' for what the release keeps. */
  readonly chart: string;
  /** Name of the release, where there are several; ''. */
  readonly release: string;
  /** Seconds that an upgrade may take before helm takes it back. */
  readonly timeout?: number;
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
    return { client, aspen, helm: new Helm({ setting: aspen.helm, files, context: name }) };
  }
  let last: CaptureOptions = defaultCaptureOptions;
  const lease = new LeaseHolder({
    client,
    user,
    holder: `${user}/${randomBytes(4).toString('hex')}`,
    grace: options.leaseGrace ?? leaseGrace,
    onEnd: () => void state.exclusively(turnOff).catch(() => {}),
    onProblem: (problem) => state.become({ problem }),
  });

  async function target(): Promise<AspenSwitch> {
    const { helm, aspen } = means();
    const mesh = await findAspenMesh(client, aspen.release);
    const { timeout } = aspen;
    return { client, helm, mesh, chart: aspen.chart, ...(timeout === undefined ? {} : { timeout }) };
  }

  function showSurvey(found: Survey): void {
    state.become(extentOf(found, last, state.status.capture === 'capturing'));
  }

  /** Whoever has switched it on, by whatever means, its DaemonSet is there: the documentation's own test. */
  async function showLease(found: ReadLease | null): Promise<void> {
    const daemonSet = await client.find(resources.daemonSet, 'istio-system', aggregatorName);
    if (state.isBusy) return;
    if (daemonSet === null) {
      lease.release();
      const problem = state.status.capture === 'unreachable' ? '' : state.status.problem;
      state.become({ capture: 'off', holder: '', until: null, problem });
      return;
    }
    const isOver = found?.until != null && found.until < Date.now();
    state.become({
      capture: 'capturing',
      holder: found?.user ?? '',
      until: found?.until ?? null,
      problem: isOver ? 'The time of this capture is over and nobody has ended it: switch it off.' : '',
    });
  }

  function showFailure(error: unknown): void {
    if (state.isBusy) return;
    // What may not be seen is no reason to give up what is seen.
    if (isForbidden(error)) state.become({ problem: errorText(error) });
    else state.become({ capture: 'unreachable', problem: errorText(error) });
  }

  const watch = new ClusterWatch({
    client,
    every: options.lookEvery ?? defaultLookEvery,
    onSurvey: showSurvey,
    onUnseen: ({ message }) => state.become({ summary: `not all may be seen: ${message}` }),
    onLease: (found) => void showLease(found).catch(showFailure),
    onFailure: showFailure,
  });
  watch.begin();

  async function turnOn(capture: CaptureOptions): Promise<void> {
    const { checks } = await checkAspen(means(), capture);
    const failed = checks.find(({ result }) => result === 'failed');
    if (failed) throw new Error([failed.title, failed.detail, failed.remedy].filter((text) => text !== '').join('. '));
    const steps: StepList = new StepList(switchOnSteps, () => state.become({ steps: steps.steps }));
    state.become({ capture: 'enabling', holder: user, problem: '', steps: steps.steps });
    try {
      const found = await target();
      await switchOn(found, capture, steps, () => readyAnalysis(found, capture));
      last = captureOf(await findAspenMesh(client, found.mesh.release.name));
      const until = await beginLease(capture);
      // A program with a lease for the whole time is not there to end it, and nothing in the cluster can run helm.
      state.become({ capture: 'capturing', until: options.leaseGrace === undefined ? until : null });
    } catch (error) {
      // helm has taken back what it had begun; what was there before is there again.
      state.become({ capture: 'off', holder: '', until: null, problem: errorText(error) });
      throw error;
    }
  }

  /** Who captures until when is kept beside the analysis service, where there is a place for it. */
  async function beginLease(capture: CaptureOptions): Promise<number | null> {
    const begun = lease.begin(capture);
    const place = await client.find(resources.namespace, '', analysisNamespace);
    if (place !== null) await client.apply(leaseObject({ owner: null }, begun), { force: true });
    lease.keep();
    return begun.until;
  }

  const turnOff = () => takeOff(switchOffSteps, async (steps) => switchOff(await target(), steps));
  const removeAll = () =>
    takeOff(uninstallSteps, async (steps) => {
      const found = await target();
      return uninstall(found, effectiveSection(found.mesh.release).enabled === true, steps);
    });

  async function takeOff(names: readonly string[], work: (steps: StepList) => Promise<Remainder>): Promise<Remainder> {
    const steps: StepList = new StepList(names, () => state.become({ steps: steps.steps }));
    const wasOff = state.status.capture === 'off';
    state.become({ capture: 'disabling', problem: '', steps: steps.steps });
    lease.release();
    try {
      const remainder = await work(steps);
      await client.delete(resources.lease, analysisNamespace, leaseName);
      state.become({ capture: 'off', holder: '', until: null });
      return remainder;
    } catch (error) {
      state.become({ capture: wasOff ? 'off' : 'capturing', problem: `It could not be ended: ${errorText(error)}` });
      throw error;
    }
  }

  return {
    id: name,
    name,
    kind: 'kubernetes',
    status: () => state.status,
    onChange: (listener) => state.onChange(listener),
    lastCapture: () => last,
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
    enable: (capture) => state.exclusively(() => turnOn(capture)),
    extend: (minutes) =>
      state.exclusively(async () => {
        state.become({ until: await lease.extend(minutes) });
      }),
    // Its own chart puts the filters straight into the listeners.
    planDisable: async () => {
      const { release } = (await target()).mesh;
      const values = valueChanges(release, settingsOff(effectiveSection(release)));
      return { slot: 'remove', slotObjects: [], connections: [], values, uninstall: uninstallSteps };
    },
    emulatorFiles: async () => podSource(client),
    aspen: async () => ({
      label: (namespace) => labelNamespace(client, namespace),
      uninstall: () => state.exclusively(removeAll),
    }),
    disable: () => state.exclusively(turnOff),
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
