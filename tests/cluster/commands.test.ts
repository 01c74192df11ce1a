import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import type { KubernetesObject, Lease } from '../../app/mesh/kubernetes.ts';
import { aggregatorName, analysisNamespace, annotations, leaseName } from '../../app/mesh/names.ts';
import { resourcePath, resources } from '../../app/mesh/resources.ts';
import { packetInspector } from '../support/command-line.ts';
import { missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import type { TestEngine } from '../support/engine.ts';
import { startHttp1Peer } from '../support/envoy-peers.ts';
import { type MeshCluster, missingPartsText, startMeshCluster } from '../support/mesh/mesh-cluster.ts';

const capturing = join(import.meta.dirname, '../support/mesh/capturing-program.ts');
/** Seconds of the lease of the program that is killed: longer than switching on takes on a busy machine. */
const grace = 12;

interface Event extends KubernetesObject {
  readonly reason: string;
  readonly message: string;
  readonly reportingComponent: string;
}

describe.skipIf(missingParts !== '')(`by command line, and by several at once${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  let mesh: MeshCluster;
  let one: TestEngine;
  let other: TestEngine;

  beforeAll(async () => {
    mesh = stack.use(await startMeshCluster());
    const peer = stack.use(await startHttp1Peer());
    await mesh.addSidecar({ namespace: 'shop', name: 'cart', http: peer.port });
    one = await mesh.addEngine('capturer');
    other = await mesh.addEngine('colleague');
    await mesh.remember();
  });

  afterAll(() => stack.disposeAsync());

  const run = (...args: readonly string[]) =>
    packetInspector(args, { environment: { KUBECONFIG: mesh.plane.kubeconfig } });

  async function json(...args: readonly string[]) {
    const { exit, out, errors } = await run(...args, '--output', 'json');
    return { exit, errors, value: JSON.parse(out) as Record<string, unknown> };
  }

  const as = (user: string) => ['--context', user];
  const card = async (engine: TestEngine) =>
    (await engine.handlers['clusters.list']({})).clusters.find(({ kind }) => kind !== 'demo')!;
  const findLease = () => mesh.plane.admin.find<Lease>(resources.lease, analysisNamespace, leaseName);
  const events = async () => {
    const all = await mesh.plane.admin.list<Event>(resources.event, { namespace: 'istio-system' });
    return all.filter(({ reportingComponent }) => reportingComponent === 'packet-inspector');
  };
  const reasons = async () => (await events()).map(({ reason }) => reason).sort();

  it('each command tells what it does and with which exit codes', async () => {
    for (const command of ['clusters', 'enable', 'disable', 'status', 'doctor']) {
      const { exit, out } = await run(command, '--help');
      expect(exit).toBe(0);
      expect(out).toContain('--output <format>');
      expect(out).toMatch(/Exit codes:\n {2}0 {2}\S/);
    }
    expect(await run('enable', '--minutes')).toMatchObject({ exit: 2 });
    const unknown = await run('status', '--context', 'nowhere');
    expect(unknown).toMatchObject({ exit: 1, out: '' });
    expect(unknown.errors).toContain('There is no context nowhere in the kubeconfig.');
  });

  it('is switched on, told of, and switched off', async () => {
    const { value: listed } = await json('clusters');
    expect(listed).toMatchObject({ problems: [] });
    expect((listed.clusters as { name: string }[]).map(({ name }) => name)).toContain('capturer');
    expect(await json('status', ...as('capturer'))).toMatchObject({ exit: 0, value: { state: 'off', ready: true } });

    const refused = await run('enable', ...as('nobody'), '-o', 'json');
    expect(refused).toMatchObject({ exit: 1, out: '' });
    expect(refused.errors).toMatch(/^packet-inspector: .*User "nobody" cannot \w+ resource "\w+"/);

    const on = await json('enable', ...as('capturer'), '--minutes', '10');
    expect(on).toMatchObject({ exit: 0, errors: '', value: { capturing: true } });
    const { value: status } = await json('status', ...as('viewer'));
    expect(status).toMatchObject({
      state: 'capturing',
      holder: on.value.holder,
      until: Date.parse(on.value.until as string),
    });
    const lease = await findLease();
    expect(lease?.metadata.annotations).toMatchObject({
      [annotations.user]: on.value.holder,
      [annotations.scope]: 'HTTP in the whole mesh',
      [annotations.until]: on.value.until,
    });
    const { exit, value } = await json('doctor', ...as('capturer'));
    expect(exit).toBe(0);
    expect((value.findings as { severity: string }[]).filter(({ severity }) => severity === 'error')).toEqual([]);

    expect(await json('disable', ...as('capturer'))).toMatchObject({
      exit: 0,
      value: { capturing: false, remainder: { left: [] } },
    });
    await mesh.clean();
    const told = (await events()).map(({ message }) => message).sort();
    expect(told).toEqual([
      `${on.value.holder} switched capture of HTTP in the whole mesh off.`,
      `${on.value.holder} switched capture of HTTP in the whole mesh on, until ${on.value.until}.`,
    ]);
  });

  it('a second click and a second person do no harm, and all see it', async () => {
    const before = (await reasons()).length;
    const enable = (engine: TestEngine, id: string) =>
      engine.handlers['clusters.enable']({ id, capture: defaultCaptureOptions });
    await Promise.all([enable(one, 'capturer'), enable(one, 'capturer')]);
    await enable(other, 'colleague');
    for (const engine of [one, other]) {
      await eventually('both see it', async () => {
        const { state, connection } = await card(engine);
        return state === 'capturing' && connection.state === 'connected';
      });
    }
    expect((await reasons()).length).toBe(before + 1);

    await one.handlers['clusters.extend']({ id: 'capturer', minutes: 90 });
    const lease = await findLease();
    const by = lease?.spec?.holderIdentity;
    const extended = lease?.metadata.annotations?.[annotations.until] ?? '';
    const { message } = (await events()).find(({ reason }) => reason === 'CaptureExtended')!;
    expect(message).toBe(
      `${(await card(one)).holder} extended the capture of HTTP in the whole mesh, until ${extended}.`,
    );
    expect((Date.parse(extended) - Date.now()) / 60_000).toBeCloseTo(90, 0);

    // Edited by hand in between: an object changed, another one removed.
    await mesh.plane.apply(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: aggregatorName, namespace: 'istio-system' },
        data: { 'more.txt': 'x' },
      },
      'configmaps',
    );
    await mesh.plane.admin.delete(resources.daemonSet, 'istio-system', aggregatorName);
    await pause(500);
    expect((await findLease())?.spec?.holderIdentity).toBe(by);
    const { remainder } = await other.handlers['clusters.disable']({ id: 'colleague' });
    expect(remainder.left).toEqual([]);
    await mesh.clean();
    await eventually('the first sees that it is off', async () => (await card(one)).state === 'off');
    expect((await reasons()).filter((reason) => reason === 'CaptureSwitchedOff').length).toBe(2);
  });

  it('of two that switch on in the same instant one does, and the other changes nothing and says who was quicker', async () => {
    const before = (await reasons()).length;
    const enable = (engine: TestEngine, id: string) =>
      engine.handlers['clusters.enable']({ id, capture: defaultCaptureOptions });
    const outcomes = await Promise.allSettled([enable(one, 'capturer'), enable(other, 'colleague')]);
    const [refused, more] = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(more).toBeUndefined();
    const lease = await findLease();
    expect(String(refused?.reason)).toContain(
      `${lease?.metadata.annotations?.[annotations.user]} has just switched capture of HTTP in the whole mesh on here. Nothing was changed`,
    );
    for (const engine of [one, other]) {
      await eventually('both see it', async () => {
        const { state, connection } = await card(engine);
        return state === 'capturing' && connection.state === 'connected';
      });
    }
    expect((await reasons()).length).toBe(before + 1);
    await other.handlers['clusters.disable']({ id: 'colleague' });
    await mesh.clean();
    await eventually('both see that it is off', async () => (await card(one)).state === 'off');
  });

  it(`killed while it renews the lease: the cluster is clean within the lease, with no help`, async () => {
    const child = spawn(process.execPath, [capturing, 'capturer', String(grace)], {
      env: { ...process.env, KUBECONFIG: mesh.plane.kubeconfig },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    using _killed = { [Symbol.dispose]: () => child.kill('SIGKILL') };
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', () => reject(new Error('it ended before it captured')));
    });
    await pause((grace + 2) * 1000);
    expect(await findLease(), 'renewed for longer than the lease').not.toBeNull();
    child.removeAllListeners('exit');
    child.kill('SIGKILL');
    const killed = performance.now();
    await mesh.clean();
    const seconds = (performance.now() - killed) / 1000;
    console.log(`clean ${seconds.toFixed(1)} s after SIGKILL, with a lease of ${grace} s`);
    // A look at the lease twice a second, the filters' drain, and the garbage collector.
    expect(seconds).toBeLessThan(grace + 6);
    const { message } = (await events()).find(({ reason }) => reason === 'CaptureEnded')!;
    expect(message).toMatch(/^The capture of HTTP in the whole mesh that .+ had switched on has ended by itself\.$/);
  });

  it('a mesh that is too old, or not there, is told and nothing is changed', async () => {
    await mesh.plane.admin.connection.json({
      method: 'PATCH',
      path: resourcePath(resources.deployment, 'istio-system', 'istiod'),
      body: { metadata: { labels: { 'app.kubernetes.io/version': '1.9.3' } } },
      contentType: 'application/merge-patch+json',
    });
    const old = await run('enable', ...as('capturer'));
    expect(old).toMatchObject({ exit: 1, out: '' });
    expect(old.errors).toMatch(/Istio 1\.9\.3 is too old\. .*The capture filter needs Istio 1\.\d+ or newer\./);
    await mesh.plane.admin.delete(resources.deployment, 'istio-system', 'istiod');
    const none = await run('enable', ...as('capturer'));
    expect(none).toMatchObject({ exit: 1, out: '' });
    expect(none.errors).toContain('The control plane of this mesh is not in this cluster. 1 pod with a proxy');
    expect(await json('status', ...as('capturer'))).toMatchObject({ value: { state: 'off', ready: false } });
    expect(await findLease()).toBeNull();
  });
});
