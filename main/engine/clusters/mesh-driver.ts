import { defaultCaptureOptions } from '../../../app/mesh/capture-options.ts';
import type { ClusterDriver } from './driver.ts';
import { DriverState } from './driver-state.ts';

export interface MeshDriverOptions {
  readonly name: string;
  /** Looks at the cluster and makes the driver that fits it. Rejects while the cluster cannot be looked at. */
  readonly choose: () => Promise<ClusterDriver>;
  /** Looks at once; else when something is first asked of the cluster. */
  readonly eager: boolean;
  /** Milliseconds until the cluster is looked at again that could not be. */
  readonly retryEvery?: number;
  /** Frees the connection when no driver has taken it. */
  readonly close: () => void;
}

const defaultRetry = 10_000;

/** A cluster whose mesh is not known before it is looked at: everything goes to the driver that fits, once that is known. */
export function createMeshDriver({ name, choose, eager, retryEvery, close }: MeshDriverOptions): ClusterDriver {
  const state = new DriverState(eager ? 'connecting…' : 'not connected yet');
  let chosen: ClusterDriver | null = null;
  let choosing: Promise<ClusterDriver> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  function driver(): Promise<ClusterDriver> {
    choosing ??= choose().then(
      (found) => {
        chosen = found;
        found.onChange(() => state.become({}));
        state.become({});
        return found;
      },
      (error: Error) => {
        choosing = null;
        state.become({ capture: 'unreachable', problem: error.message });
        if (!isClosed) timer = setTimeout(begin, retryEvery ?? defaultRetry);
        throw error;
      },
    );
    return choosing;
  }
  function begin(): void {
    if (timer) clearTimeout(timer);
    // Why it cannot be looked at shows in the status.
    void driver().catch(() => {});
  }
  if (eager) begin();

  return {
    id: name,
    name,
    kind: 'kubernetes',
    status: () => chosen?.status() ?? state.status,
    onChange: (listener) => state.onChange(listener),
    lastCapture: () => chosen?.lastCapture() ?? defaultCaptureOptions,
    proposedCapture: async () => (await driver()).proposedCapture(),
    inventory: async () => (await driver()).inventory(),
    preflight: async (capture) => (await driver()).preflight(capture),
    plan: async (capture) => (await driver()).plan(capture),
    enable: async (capture) => (await driver()).enable(capture),
    extend: async (minutes) => (await driver()).extend(minutes),
    planDisable: async () => (await driver()).planDisable(),
    disable: async (slot) => (await driver()).disable(slot),
    async emulatorFiles() {
      const { emulatorFiles } = await driver();
      if (!emulatorFiles) throw new Error(`${name} has no pods whose files could be read.`);
      return emulatorFiles();
    },
    async aspen() {
      const { aspen } = await driver();
      if (!aspen) throw new Error(`${name} has no Aspen Mesh.`);
      return aspen();
    },
    doctor: async () => (await driver()).doctor(),
    connect: async () => (await driver()).connect(),
    nameAt: (address, time) => chosen?.nameAt(address, time) ?? '',
    async close() {
      isClosed = true;
      if (timer) clearTimeout(timer);
      await choosing?.catch(() => {});
      if (chosen) await chosen.close();
      else close();
    },
  };
}
