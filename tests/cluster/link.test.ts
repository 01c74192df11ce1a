import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ClusterCard } from '../../app/api/types.ts';
import { defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import type { Pod } from '../../app/mesh/kubernetes.ts';
import { analysisApp, analysisName, analysisNamespace } from '../../app/mesh/names.ts';
import { resources } from '../../app/mesh/resources.ts';
import { missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import type { TestEngine } from '../support/engine.ts';
import { startHttp1Peer } from '../support/envoy-peers.ts';
import { type MeshCluster, missingPartsText, startMeshCluster } from '../support/mesh/mesh-cluster.ts';
import type { MeshSidecar } from '../support/mesh/sidecar.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { type SteadyLoad, startSteadyLoad } from '../support/steady-load.ts';

/** Requests a second. */
const rate = 200;
/** Until the connection is there again. Milliseconds. */
const limit = 5_000;
/** Of the receiver's ring: captures of about twice that time at that rate, which have some 1.6 KB each. Bytes. */
const ringLimit = 3 << 20;
/** What is missing is known by the next of them. Milliseconds. */
const heartbeat = 5_500;

describe.skipIf(missingParts !== '')(`the connection to the receiver at ${rate} requests/s${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  let mesh: MeshCluster;
  let sidecar: MeshSidecar;
  /** Switches capture on, straight at the API server. */
  let holder: TestEngine;
  /** Another laptop, behind a network that can be broken. */
  let watcher: ChildProcess;
  let relay: Relay;
  let load: SteadyLoad;
  let before: { readonly flows: number; readonly counted: number };

  beforeAll(async () => {
    mesh = stack.use(await startMeshCluster({ environment: { PACKET_INSPECTOR_RING_LIMIT: String(ringLimit) } }));
    const peer = stack.use(await startHttp1Peer());
    sidecar = await mesh.addSidecar({ namespace: 'shop', name: 'cart', http: peer.port });
    holder = await mesh.addEngine('capturer');
    relay = stack.use(await startRelay(mesh.plane.server.port));
    const kubeconfig = join(mesh.plane.folder, 'relayed');
    const direct = readFileSync(mesh.plane.kubeconfig, 'utf8');
    writeFileSync(kubeconfig, direct.replaceAll(`:${mesh.plane.server.port}`, `:${relay.port}`), { mode: 0o600 });
    await holder.handlers['clusters.enable']({ id: 'capturer', capture: { ...defaultCaptureOptions } });
    watcher = fork(join(import.meta.dirname, '../support/mesh/engine-process.ts'), [kubeconfig, 'viewer']);
    stack.defer(async () => {
      watcher.kill('SIGCONT');
      watcher.disconnect();
      await once(watcher, 'exit');
    });
    await untilConnected();
    // What a pod sent before one listens is not counted: the numbers of all pods are known after two heartbeats.
    await pause(2 * heartbeat);
  });

  afterAll(async () => {
    await holder?.handlers['clusters.disable']({ id: 'capturer' });
    await stack.disposeAsync();
  });

  beforeEach(async () => {
    before = await shown();
    load = startSteadyLoad(sidecar.host, sidecar.httpPort, rate);
    await pause(2_000);
  });

  afterEach(() => load.stop());

  const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  async function ask(): Promise<{ readonly card: ClusterCard; readonly flows: number }> {
    watcher.send('look');
    const [answer] = await once(watcher, 'message');
    return answer;
  }

  async function shown(): Promise<{ readonly flows: number; readonly counted: number }> {
    const { card, flows } = await ask();
    const exchanges = card.losses.filter(({ kind }) => kind === 'exchange');
    return { flows, counted: exchanges.reduce((sum, { count }) => sum + count, 0) };
  }

  const state = async () => (await ask()).card.connection.state;
  const untilConnected = () => eventually('connected', async () => (await state()) === 'connected');

  /** Milliseconds until captures of what is called from now on are shown. */
  async function untilShown(): Promise<number> {
    const began = performance.now();
    await eventually('reconnected', async () => (await state()) === 'connected');
    const { flows } = await shown();
    await eventually('new flows', async () => (await shown()).flows > flows);
    return performance.now() - began;
  }

  /** Ends the load. Sent is what is shown and what is counted, and it stays so: nothing is shown or counted twice. */
  async function balance(
    settle = 1_000,
  ): Promise<{ readonly sent: number; readonly flows: number; readonly counted: number }> {
    await load.stop();
    expect(load.failed).toBe(0);
    const now = await eventually(`all of ${load.sent}`, async () => {
      const { flows, counted } = await shown();
      const difference = { sent: load.sent, flows: flows - before.flows, counted: counted - before.counted };
      if (difference.flows + difference.counted === difference.sent) return difference;
      throw new Error(JSON.stringify(difference));
    });
    await pause(settle);
    const { flows, counted } = await shown();
    expect({ flows: flows - before.flows, counted: counted - before.counted }).toMatchObject({
      flows: now.flows,
      counted: now.counted,
    });
    return now;
  }

  function tell(what: string, milliseconds: number, figures: { sent: number; flows: number; counted: number }): void {
    const { sent, flows, counted } = figures;
    console.log(`${what}: shown again after ${Math.round(milliseconds)} ms; ${sent} = ${flows} + ${counted}`);
  }

  it('is cut, and nothing is lost', async () => {
    relay.cut();
    const took = await untilShown();
    const figures = await balance();
    tell('cut', took, figures);
    expect(took).toBeLessThan(limit);
    expect(figures.counted).toBe(0);
  });

  it('goes dead without a word, and nothing is lost', async () => {
    relay.freeze();
    const dead = performance.now();
    await eventually('noticed', async () => (await state()) !== 'connected');
    await untilShown();
    const took = performance.now() - dead;
    const figures = await balance();
    tell('frozen', took, figures);
    expect(took).toBeLessThan(limit);
    expect(figures.counted).toBe(0);
  });

  it('is away for longer than the ring holds: the rest is counted beside its pod', async () => {
    relay.setOpen(false);
    await pause(14_000);
    const { card } = await ask();
    expect(card.state).toMatch(/unreachable|degraded/);
    expect(card.connection).toMatchObject({ state: 'reconnecting' });
    relay.setOpen(true);
    const took = await untilShown();
    const figures = await balance(heartbeat);
    tell('away for 14 s', took, figures);
    expect(took).toBeLessThan(limit);
    expect(figures.counted).toBeGreaterThan(0);
    expect((await ask()).card.losses).toContainEqual(
      expect.objectContaining({ namespace: 'shop', pod: sidecar.pod, stage: 'live tail', kind: 'exchange' }),
    );
  });

  it("survives that the receiver's process is killed", async () => {
    await mesh.pods.restart(analysisName);
    const took = await untilShown();
    const figures = await balance(heartbeat);
    tell('receiver killed', took, figures);
    expect(took).toBeLessThan(limit);
  });

  it("finds the new pod when the receiver's is deleted", async () => {
    const list = () =>
      mesh.plane.admin.list<Pod>(resources.pod, { namespace: analysisNamespace, labels: `app=${analysisApp}` });
    const [old] = (await list()) as [Pod];
    await mesh.plane.admin.delete(resources.pod, analysisNamespace, old.metadata.name);
    await eventually('a new pod', async () =>
      (await list()).some(({ metadata, status }) => metadata.uid !== old.metadata.uid && status?.phase === 'Running'),
    );
    const took = await untilShown();
    const figures = await balance(heartbeat);
    tell('receiver deleted', took, figures);
    expect(took).toBeLessThan(limit);
  });

  it('is there again after a restart of the API server, and nothing is lost', async () => {
    await mesh.plane.startApiServer();
    const took = await untilShown();
    const figures = await balance();
    tell('API server restarted', took, figures);
    expect(took).toBeLessThan(limit);
  });

  it('outlives the sleep of the laptop', async () => {
    watcher.kill('SIGSTOP');
    await pause(8_000);
    watcher.kill('SIGCONT');
    const took = await untilShown();
    const figures = await balance();
    tell('asleep for 8 s', took, figures);
    expect(took).toBeLessThan(limit);
  });
});
