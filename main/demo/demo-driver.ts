import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { Remainder } from '../../app/api/cluster-types.ts';
import { type CaptureOptions, defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import type { ClusterDriver, DriverStatus } from '../engine/clusters/driver.ts';
import { demoInventory, demoPlan, demoPreflight } from './demo-answers.ts';
import { workloads } from './topology.ts';
import type { WorkerCommand, WorkerReply } from './worker-messages.ts';

/** The worker's program: bundled beside the engine, or the source when that is run as it is. */
function workerProgram(): string {
  const bundled = join(import.meta.dirname, 'demo.mjs');
  return existsSync(bundled) ? bundled : join(import.meta.dirname, 'worker.ts');
}

/** Of the worker's heap: left alone it takes 64 MB before it first looks at what can go. */
const maxYoungGenerationSizeMb = 12;

/** What the demo's capture consists of, all in its worker. */
const nothingLeft: Remainder = {
  looked: ['filter, aggregator and receiver of the demo'],
  left: [],
  kept: [],
  spared: [],
};

const services = workloads.filter(({ service }) => service !== null).length;

const demoCapture: CaptureOptions = { ...defaultCaptureOptions, diameterPort: 3868, minutes: null };

/** The built-in cluster: nothing of it runs before capture is switched on for the first time. */
export function createDemoDriver(): ClusterDriver {
  let worker: Worker | null = null;
  let tail = '';
  let capture: DriverStatus['capture'] = 'off';
  let problem = '';
  let commands = 0;
  const waiting = new Map<number, (reply: WorkerReply) => void>();
  const listeners = new Set<() => void>();

  function become(next: DriverStatus['capture'], why = ''): void {
    capture = next;
    problem = why;
    for (const listener of listeners) listener();
  }

  function lost(reason: string): void {
    worker = null;
    for (const [number, resolve] of waiting) resolve({ number, tail: '', error: reason });
    waiting.clear();
    if (capture !== 'off') become('off', `The demo cluster stopped: ${reason}. Switch it on again.`);
  }

  function runningWorker(): Worker {
    if (worker) return worker;
    const started = new Worker(workerProgram(), { resourceLimits: { maxYoungGenerationSizeMb } });
    started.on('message', (reply: WorkerReply) => {
      waiting.get(reply.number)?.(reply);
      waiting.delete(reply.number);
    });
    started.on('error', (error) => lost(error.message));
    started.on('exit', () => {
      if (worker === started) lost('its worker thread ended');
    });
    worker = started;
    return started;
  }

  async function ask(what: WorkerCommand['do']): Promise<void> {
    const number = commands++;
    const replied = new Promise<WorkerReply>((resolve) => waiting.set(number, resolve));
    runningWorker().postMessage({ number, do: what } satisfies WorkerCommand);
    const reply = await replied;
    if (reply.error) throw new Error(reply.error);
    tail = reply.tail;
  }

  return {
    id: 'demo',
    name: 'demo',
    kind: 'demo',
    status: () => ({
      capture,
      summary: `Built-in · ${services} services`,
      problem,
      notShown: '',
      pods: workloads.length,
      until: null,
      holder: capture === 'off' ? '' : 'this program',
      slotInPlace: false,
      steps: [],
    }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    lastCapture: () => demoCapture,
    proposedCapture: async () => demoCapture,
    inventory: async () => demoInventory(),
    preflight: async () => demoPreflight,
    plan: async () => demoPlan(),
    extend: async () => {
      throw new Error('The demo has no lease: it ends with this program.');
    },
    doctor: async () => [],
    enable: async () => {
      if (capture === 'capturing') return;
      become('enabling');
      try {
        await ask('enable');
        become('capturing');
      } catch (error) {
        become('off', `The demo cluster did not start: ${(error as Error).message}.`);
        throw error;
      }
    },
    planDisable: async () => ({ slot: 'remove', slotObjects: [], connections: [] }),
    disable: async () => {
      if (capture === 'off') return nothingLeft;
      become('disabling');
      try {
        await ask('disable');
      } finally {
        become('off');
      }
      return nothingLeft;
    },
    nameAt: () => '',
    connect: async (): Promise<Duplex> => {
      const socket = connect(tail);
      await once(socket, 'connect');
      return socket;
    },
    close: async () => {
      if (!worker) return;
      const ending = worker;
      capture = 'off';
      await ask('close');
      worker = null;
      await ending.terminate();
    },
  };
}
