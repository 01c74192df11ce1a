import type { Remainder } from '../../../../app/api/cluster-types.ts';
import { isEnabled } from '../../../../app/mesh/aspen/aspen-mesh.ts';
import { captureOf, configuredCapture } from '../../../../app/mesh/aspen/capture-values.ts';
import { type CaptureOptions, defaultCaptureOptions } from '../../../../app/mesh/capture-options.ts';
import { leaseObject, type ReadLease } from '../../../../app/mesh/lease.ts';
import { analysisNamespace, leaseName } from '../../../../app/mesh/names.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import { errorText } from '../../../log.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { DriverStatus } from '../driver.ts';
import type { DriverState } from '../driver-state.ts';
import type { LeaseHolder } from '../istio/lease-holder.ts';
import { StepList } from '../istio/step-list.ts';
import { readyAnalysis, whyNotShown } from './emulator.ts';
import { findAspenMesh } from './find-aspen.ts';
import { type AspenCheck, checkAspen } from './preflight.ts';
import { type AspenSwitch, switchOff, switchOffSteps, switchOn, switchOnSteps } from './switch.ts';
import { uninstall, uninstallSteps } from './uninstall.ts';

interface SwitchingOptions {
  readonly client: KubeClient;
  readonly state: DriverState;
  readonly lease: LeaseHolder;
  /** Who switches: user and machine. */
  readonly user: string;
  /** What is worked with now, and on: settings and the release may have changed since. */
  readonly means: () => AspenCheck;
  readonly target: () => Promise<AspenSwitch>;
  /** This program is there to end the capture when its time is over. */
  readonly endsItself: boolean;
}

export interface Switching {
  /** What capture was last switched on with here; the default at first. */
  last(): CaptureOptions;
  /** What to capture when nothing else is said: the same, or what the release is configured with. */
  proposed(): Promise<CaptureOptions>;
  turnOn(capture: CaptureOptions): Promise<void>;
  turnOff(): Promise<Remainder>;
  /** Switches off, and removes all that belongs to it. */
  removeAll(): Promise<Remainder>;
}

/** Switches a release on and off, and tells how that goes by the driver's status. */
export function createSwitching({
  client,
  state,
  lease,
  user,
  means,
  target,
  endsItself,
}: SwitchingOptions): Switching {
  let last: CaptureOptions = defaultCaptureOptions;
  let wasChosen = false;

  async function turnOn(capture: CaptureOptions): Promise<void> {
    const { checks } = await checkAspen(means(), capture);
    const failed = checks.find(({ result }) => result === 'failed');
    if (failed) throw new Error([failed.title, failed.detail, failed.remedy].filter((text) => text !== '').join('. '));
    const steps: StepList = new StepList(switchOnSteps, () => state.become({ steps: steps.steps }));
    const before = state.status;
    state.become({ capture: 'enabling', holder: user, problem: '', steps: steps.steps });
    try {
      const found = await target();
      await switchOn(found, capture, steps, () => readyAnalysis(found, capture));
      last = { ...captureOf(await findAspenMesh(client, found.mesh.release.name)), minutes: capture.minutes };
      wasChosen = true;
      const until = await beginLease(capture);
      // A program with a lease for the whole time is not there to end it, and nothing in the cluster can run helm.
      const notShown = await whyNotShown(client, last);
      state.become({ capture: 'capturing', notShown, until: endsItself ? until : null });
    } catch (error) {
      // helm has taken back what it had begun; what was there before is there again.
      const { holder, until } = before;
      const wasOn = before.capture === 'capturing';
      const still = wasOn
        ? ({ capture: 'capturing', holder, until } as const)
        : ({ capture: 'off', holder: '', until: null } as const);
      state.become({ ...still, problem: errorText(error) });
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
      state.become({
        capture: wasOff ? 'off' : 'capturing',
        problem: `Capture could not be ended: ${errorText(error)}`,
      });
      throw error;
    }
  }

  async function proposed(): Promise<CaptureOptions> {
    const configured = configuredCapture((await target()).mesh);
    if (!wasChosen) return configured;
    // What is left out, and where captures go, may have been configured by hand since.
    const { excludeNamespaces, excludePods, analysisAddress } = configured;
    return { ...last, excludeNamespaces, excludePods, analysisAddress };
  }

  return {
    last: () => last,
    proposed,
    turnOn,
    turnOff: () => takeOff(switchOffSteps, async (steps) => switchOff(await target(), steps)),
    removeAll: () =>
      takeOff(uninstallSteps, async (steps) => {
        const found = await target();
        return uninstall(found, isEnabled(found.mesh.release), steps);
      }),
  };
}

/** Somebody captures, whoever has switched it on: what the lease beside the analysis service says of it. */
export function capturingStatus(found: ReadLease | null): Partial<DriverStatus> {
  const isOver = found?.until != null && found.until < Date.now();
  return {
    capture: 'capturing',
    holder: found?.user ?? '',
    until: found?.until ?? null,
    problem: isOver ? "This capture's time is up, but nobody has ended it: switch it off." : '',
  };
}
