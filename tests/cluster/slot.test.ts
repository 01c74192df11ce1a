import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessBinding, accessRole } from '../../app/mesh/access-roles.ts';
import { type CaptureOptions, defaultCaptureOptions, type SlotChoice } from '../../app/mesh/capture-options.ts';
import { isSwitchedOn, plainManifest } from '../../app/mesh/filter-switch.ts';
import { analysisNamespace, leaseKeeperName, ownSelector, slotSelector } from '../../app/mesh/names.ts';
import { permissionsFor } from '../../app/mesh/permission.ts';
import { resources } from '../../app/mesh/resources.ts';
import { createIstioDriver } from '../../main/engine/clusters/istio/istio-driver.ts';
import { clusterPrograms } from '../../main/engine/clusters/istio/programs.ts';
import { missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import type { TestEngine } from '../support/engine.ts';
import { ENVOY_VERSIONS } from '../support/envoy.ts';
import { startDiameterPeer, startEchoPeer, startHttp1Peer } from '../support/envoy-peers.ts';
import { namespace } from '../support/mesh/istiod.ts';
import { type MeshCluster, missingPartsText, startMeshCluster } from '../support/mesh/mesh-cluster.ts';
import type { MeshSidecar } from '../support/mesh/sidecar.ts';
import { startTraffic, type TrafficKind } from '../support/steady-traffic.ts';

/** How long capture is switched on and off, in seconds; 120 for the figures of a release. */
const switchingTime = Number(process.env.CLUSTER_SWITCH_SECONDS ?? 20) * 1000;
const switchEvery = 5_000;

/** Begins as a WebAssembly module does, and goes on as none does. */
const unloadable = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...new Array<number>(100).fill(0xff)]);

describe.skipIf(missingParts !== '')(`the slot for the filter${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  const sidecars = new Map<string, MeshSidecar>();
  let cluster: MeshCluster;
  let engine: TestEngine;

  beforeAll(async () => {
    cluster = stack.use(await startMeshCluster());
    const applications = {
      http: stack.use(await startHttp1Peer()).port,
      grpc: stack.use(await startEchoPeer()).port,
      diameter: stack.use(await startDiameterPeer()).port,
    };
    for (const envoy of ENVOY_VERSIONS) {
      const name = `envoy-${envoy.replaceAll('.', '-')}`;
      sidecars.set(name, await cluster.addSidecar({ namespace: 'shop', name, envoy, ...applications }));
    }
    // One that is there already stays: Kubernetes takes five seconds to remove a namespace.
    await cluster.plane.apply(namespace(analysisNamespace, { 'ca.istio.io/override': 'true' }), 'namespaces');
    engine = await cluster.addEngine('capturer');
    // What Kubernetes, istiod and Citadel put into the namespace has to be there as well.
    await eventually('nothing new comes', async () => {
      const before = await cluster.remember();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return (await cluster.remember()).length === before.length;
    });
  });

  afterAll(() => stack.disposeAsync());

  const enable = (capture: Partial<CaptureOptions>) =>
    engine.handlers['clusters.enable']({ id: 'capturer', capture: { ...defaultCaptureOptions, ...capture } });
  const disable = (slot: SlotChoice) => engine.handlers['clusters.disable']({ id: 'capturer', slot });
  const card = async () => (await engine.handlers['clusters.list']({})).clusters[0]!;
  const steps = async () => Object.fromEntries((await card()).steps.map(({ name, detail }) => [name, detail]));

  /** Filters that match what was captured of a kind of traffic through a workload. */
  const filters: Readonly<Record<Exclude<TrafficKind, 'stream'>, (name: string) => string>> = {
    http1: (name) => `http.request.uri contains "/http1/${name}/"`,
    grpc: (name) => `http.request.uri contains "/grpc/${name}/"`,
    diameter: (name) => `diameter && k8s.workload == "${name}"`,
  };
  async function capturedCounts(): Promise<Readonly<Record<string, number>>> {
    const order = { column: 'id', descending: false } as const;
    const counts: Record<string, number> = {};
    for (const name of sidecars.keys()) {
      for (const [kind, filter] of Object.entries(filters)) {
        const window = await engine.handlers['flows.window']({ filter: filter(name), order, offset: 0, limit: 0 });
        counts[`${kind} through ${name}`] = window.matching;
      }
    }
    return counts;
  }

  it('is planned with the connections that are open now, for who may ask the proxies', async () => {
    const { plane } = cluster;
    const capture = { ...defaultCaptureOptions, diameterPort: 3868 };
    const plan = async () => (await engine.handlers['clusters.plan']({ id: 'capturer', capture })).connections;
    expect(await plan()).toContainEqual(
      'It is not known how many connections are open at these 2 proxies: asking takes the permission pods/portforward in shop.',
    );
    const needed = permissionsFor(resources.pod, ['get', 'create'], { namespace: 'shop', subresource: 'portforward' });
    const role = accessRole('test-forward', needed, 'shop');
    await plane.admin.apply(role);
    await plane.admin.apply(accessBinding(role, [{ kind: 'User', name: 'capturer' }]));
    const [sidecar] = sidecars.values();
    const { host, httpPort, diameterPort, pod } = sidecar!;
    const sockets = [httpPort, httpPort, diameterPort].map((port) => connect(port, host));
    try {
      await eventually('the plan counts them', async () =>
        (await plan()).some((sentence) => /^Open now/.test(sentence)),
      );
      await Promise.all(sockets.map((socket) => (socket.connecting ? once(socket, 'connect') : null)));
      await eventually('all are counted', async () =>
        (await plan()).includes(
          `Open now, as counted by the 2 proxies whose listeners change: 2 HTTP connections and 1 Diameter connection (shop/${pod} 3).`,
        ),
      );
      expect((await plan()).join()).toContain('when the drain ends, after 45 seconds;');
    } finally {
      for (const socket of sockets) socket.destroy();
      for (const kind of [resources.roleBinding, resources.role])
        await plane.admin.delete(kind, 'shop', 'test-forward');
    }
  });

  it('goes into one workload first, and stays in place, idle, when that is chosen', async () => {
    await enable({ diameterPort: 3868, slot: 'keep' });
    expect(await steps()).toMatchObject({
      'One workload first': expect.stringMatching(/^shop\/envoy-1-\S+: its filter/),
    });
    expect(await card()).toMatchObject({ state: 'capturing', slotInPlace: true });
    const { remainder, cluster: off } = await disable('keep');
    expect(remainder.left).toEqual([]);
    expect([...remainder.kept].sort()).toEqual([
      'EnvoyFilter istio-system/diameter-capture-filter',
      'EnvoyFilter istio-system/http-capture-filter',
      'EnvoyFilter istio-system/packet-inspector-diameter-slot',
      'EnvoyFilter istio-system/packet-inspector-http-slot',
    ]);
    expect(off).toMatchObject({ state: 'off', slotInPlace: true });
  });

  it('stays in place, idle, when the lease ends, if that was chosen: nothing captures, and nothing else is left', async () => {
    const program = join(import.meta.dirname, '../../build/engine/cli.mjs');
    const flags = ['--minutes', '0.1', '--diameter-port', '3868', '--slot', 'keep'];
    const env = { ...process.env, KUBECONFIG: cluster.plane.kubeconfig };
    await promisify(execFile)(process.execPath, [program, 'enable', '--context', 'capturer', ...flags, '-o', 'json'], {
      env,
    });
    const own = async () => cluster.plane.admin.list(resources.envoyFilter, { labels: ownSelector });
    expect((await own()).some(isSwitchedOn)).toBe(true);
    const owner = () => cluster.plane.admin.find(resources.clusterRole, '', leaseKeeperName);
    await eventually('all else is gone', async () => (await owner()) === null && (await own()).length === 4);
    for (const filter of await own()) {
      expect(isSwitchedOn(filter)).toBe(false);
      expect(filter.metadata.ownerReferences).toBeUndefined();
    }
    await eventually('the card says so', async () => {
      const { state, slotInPlace } = await card();
      return state === 'off' && slotInPlace;
    });
  });

  it('stays in place when somebody else has chosen that, though it was to go', async () => {
    const client = () => cluster.plane.client('capturer');
    // Finds by renewing the lease that it is gone.
    const options = { leaseGrace: 12, lookEvery: 600_000, eager: false };
    const holder = createIstioDriver({ name: 'holder', client: await client(), ...options });
    const other = createIstioDriver({ name: 'other', client: await client(), ...options });
    try {
      await holder.enable({ ...defaultCaptureOptions, diameterPort: 3868 });
      const { kept } = await other.disable('keep');
      expect(kept).toContain('EnvoyFilter istio-system/packet-inspector-http-slot');
      await eventually('the holder has found that it is off', () => holder.status().capture === 'off');
      expect(holder.status()).toMatchObject({ slotInPlace: true, problem: '' });
      expect((await cluster.plane.admin.list(resources.envoyFilter, { labels: slotSelector })).length).toBe(2);
    } finally {
      await holder.close();
      await other.close();
    }
  });

  it(`is switched on and off every ${switchEvery / 1000} s without closing a connection or failing a call, and open connections are seen`, async () => {
    const traffic = [...sidecars].map(([name, sidecar]) => startTraffic({ ...sidecar, name }));
    await eventually('all kinds of calls are answered', () =>
      traffic.every((one) => Object.values(one.tally().answered).every((count) => count > 0)),
    );
    /** How often the proxies have changed a listener so far; a push of what they have already is none. */
    const changes = async () => {
      const stats = await Promise.all(
        [...sidecars.values()].map((one) =>
          one.admin('/stats?filter=listener_manager.listener_(added|modified|removed)'),
        ),
      );
      return stats.join('');
    };
    const changesBefore = await changes();
    let switches = 0;
    const took: { on: number[]; off: number[] } = { on: [], off: [] };
    const seen: Record<string, number>[] = [];
    for (const end = Date.now() + switchingTime; Date.now() < end; ) {
      const before = await capturedCounts();
      const began = performance.now();
      await enable({ diameterPort: 3868, slot: 'keep' });
      took.on.push(Math.round(performance.now() - began));
      expect(await steps()).toMatchObject({ 'One workload first': expect.stringContaining('the slot is in place') });
      await rest(began);
      const offBegan = performance.now();
      const { remainder } = await disable('keep');
      took.off.push(Math.round(performance.now() - offBegan));
      expect(remainder.left).toEqual([]);
      expect(remainder.kept).toHaveLength(4);
      const after = await capturedCounts();
      seen.push(Object.fromEntries(Object.entries(after).map(([what, count]) => [what, count - before[what]!])));
      switches += 2;
      await rest(offBegan);
    }
    for (const one of traffic) await one.stop();
    const tallies = traffic.map((one) => one.tally());
    console.log(
      `${switches} switches; answered ${JSON.stringify(tallies.map(({ answered }) => answered))}; on took ${took.on.join(' ')} ms, off ${took.off.join(' ')} ms; captured ${JSON.stringify(seen)}`,
    );
    for (const { failed, closed } of tallies) {
      expect(failed).toEqual([]);
      expect(closed).toEqual([]);
    }
    for (const counts of seen) {
      for (const [what, count] of Object.entries(counts)) expect(count, what).toBeGreaterThan(0);
    }
    expect(changesBefore).toMatch(/listener_modified: [1-9]/);
    expect(await changes()).toBe(changesBefore);
  });

  it('is taken out when that is chosen, and then nothing is left', async () => {
    const { remainder, cluster: off } = await disable('remove');
    expect(remainder).toMatchObject({ left: [], kept: [] });
    expect(off).toMatchObject({ state: 'off', slotInPlace: false });
    await cluster.clean();
  });
});

describe.skipIf(missingParts !== '')(`a filter that no proxy can load${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  let cluster: MeshCluster;
  let engine: TestEngine;
  let http: number;

  beforeAll(async () => {
    cluster = stack.use(await startMeshCluster());
    http = stack.use(await startHttp1Peer()).port;
    for (const [index, envoy] of ENVOY_VERSIONS.entries()) {
      await cluster.addSidecar({ namespace: 'shop', name: `till-${index}`, envoy, http });
    }
    engine = await cluster.addEngine('capturer');
    const client = await cluster.plane.client('capturer');
    const programs = { ...clusterPrograms(), filter: unloadable };
    engine.addCluster(createIstioDriver({ name: 'unloadable', client, programs, lookEvery: 500, eager: true }));
    await cluster.remember();
  });

  afterAll(() => stack.disposeAsync());

  const enable = (id: string) => engine.handlers['clusters.enable']({ id, capture: defaultCaptureOptions });
  const card = async (id: string) =>
    (await engine.handlers['clusters.list']({})).clusters.find((one) => one.id === id)!;

  it('goes no further than the first workload, whose proxy said why, and is taken back', async () => {
    await expect(enable('unloadable')).rejects.toThrow(
      /^The proxy of shop\/till-\d rejected the capture filter \(.*Wasm.*\), so no other workload gets it\.$/,
    );
    expect(await card('unloadable')).toMatchObject({
      state: 'off',
      slotInPlace: false,
      problem: expect.stringContaining('Everything created so far was removed again.'),
    });
    await cluster.clean();
  });

  it('is taken back to the slot that was in place, and to what was in it', async () => {
    const filters = async () => {
      const all = await cluster.plane.admin.list(resources.envoyFilter, { labels: ownSelector });
      return all.map((filter) => JSON.stringify(plainManifest(filter)).replace(/gen=\w+/, 'gen=')).sort();
    };
    await enable('capturer');
    await engine.handlers['clusters.disable']({ id: 'capturer', slot: 'keep' });
    const before = await filters();
    await expect(enable('unloadable')).rejects.toThrow('rejected the capture filter');
    expect(await filters()).toEqual(before);
    expect(await card('unloadable')).toMatchObject({
      state: 'off',
      slotInPlace: true,
      problem: expect.stringContaining('the slot is in place, idle, as before.'),
    });
    await engine.handlers['clusters.disable']({ id: 'capturer', slot: 'remove' });
    await cluster.clean();
  });

  it('leaves all proxies serving, also one that starts afresh, and those that refused it are named with why', async () => {
    await enable('capturer');
    const filter = await cluster.plane.admin.get(resources.envoyFilter, 'istio-system', 'http-capture-filter');
    const spoiled = JSON.stringify(plainManifest(filter))
      .replace(/"inline_bytes":"[^"]*"/g, `"inline_bytes":"${Buffer.from(unloadable).toString('base64')}"`)
      .replace(/;gen=\w+"/g, ';gen=spoiled"');
    await cluster.plane.apply(JSON.parse(spoiled), 'envoyfilters');

    const fresh = await cluster.addSidecar({ namespace: 'shop', name: 'fresh', http });
    const answer = await fetch(`http://${fresh.host}:${fresh.httpPort}/`, { method: 'POST', body: 'hello' });
    expect([answer.status, await answer.text()]).toEqual([200, 'hello']);

    await eventually('the card names them', async () => {
      const { state, problem } = await card('capturer');
      return (
        state === 'degraded' && /^3 proxies rejected the capture filter: .*Wasm.*They keep serving\.$/.test(problem)
      );
    });
    const { findings } = await engine.handlers['clusters.doctor']({ id: 'capturer' });
    const refusals = findings.filter(({ title }) => title.includes('rejected the capture filter'));
    expect(refusals.map(({ title }) => title.match(/shop\/(till-\d|fresh)/)?.[1]).sort()).toEqual([
      'fresh',
      'till-0',
      'till-1',
    ]);
    for (const { evidence } of refusals) expect(evidence.join('')).toMatch(/Wasm/);

    await engine.handlers['clusters.disable']({ id: 'capturer' });
    expect((await card('capturer')).state).toBe('off');
  });
});

/** Waits until a whole `switchEvery` has gone by. */
async function rest(began: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, switchEvery - (performance.now() - began))));
}
