import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Events } from '../../app/api/contract.ts';
import type { EmulatorReading } from '../../app/api/emulator-types.ts';
import { encodeDocument } from '../../app/capture/stream-encode.ts';
import { createIstioDriver } from '../../main/engine/clusters/istio/istio-driver.ts';
import { callDocuments } from '../support/capture-documents.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane/control-plane.ts';
import { eventually } from '../support/control-plane/program.ts';
import { EmulatorFiles } from '../support/emulator.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { missingPartsText } from '../support/mesh/mesh-cluster.ts';

const namespace = 'analysis-emulator';
const program = join(import.meta.dirname, '../../build/engine/cli.mjs');

/** An emulator that is none of ours: a pod with the documentation's label, and a sidecar before it; nothing listens in it. */
describe.skipIf(missingPartsText !== '')(`files of another emulator${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  const files = stack.use(new EmulatorFiles());
  let plane: ControlPlane;
  let engine: TestEngine;

  beforeAll(async () => {
    plane = stack.use(await startControlPlane());
    await plane.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, 'namespaces');
    // Commands in containers of that name are run here: another container has none.
    await plane.apply(
      {
        apiVersion: 'kwok.x-k8s.io/v1alpha1',
        kind: 'ClusterExec',
        metadata: { name: 'emulator' },
        spec: { execs: [{ containers: ['emulator'], local: {} }] },
      },
      'clusterexecs',
    );
    await addPod('other-emulator-0');
    engine = startTestEngine();
    stack.defer(() => engine.dispose());
    for (const user of ['admin', 'viewer', 'nobody'] as const) {
      engine.addCluster(createIstioDriver({ name: user, client: await plane.client(user), eager: false }));
    }
    await rule('viewer', [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }]);
    await eventually('the pod', async () => (await list('admin')).pods.some(({ isListed }) => isListed));
  });

  afterAll(() => stack.disposeAsync());

  async function addPod(name: string): Promise<void> {
    const containers = ['istio-proxy', 'emulator'].map((container) => ({
      name: container,
      image: `registry.example/${container}:1`,
    }));
    const metadata = { name, namespace, labels: { app: 'analysis-emulator' } };
    await plane.apply({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: 'node-a', containers } }, 'pods');
  }

  async function rule(user: string, rules: readonly object[]): Promise<void> {
    const api = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: user, namespace } };
    await plane.apply({ ...api, kind: 'Role', rules }, 'roles');
    await plane.apply(
      {
        ...api,
        kind: 'RoleBinding',
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: user },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
      },
      'rolebindings',
    );
  }

  const list = (id: string) => engine.handlers['emulator.list']({ id, name: files.prefix, limit: 100 });
  const all = { name: files.prefix, captures: null };
  const calls = Array.from({ length: 6 }, (_, number) =>
    Buffer.concat(callDocuments(number).map((document) => encodeDocument(document, BigInt(number)))),
  );
  const bytesOf = (number: number) => calls[number]!;
  const targets = async () => (await engine.rows()).map(({ target }) => target).sort();
  const path = (number: number) => `/products/${number}?limit=20`;
  const reading = async () => (await engine.handlers['emulator.state']({})).reading!;

  it('are flows while they are written, with their Kubernetes metadata, each once, until it is stopped', async () => {
    const told: EmulatorReading[] = [];
    engine.events.listen((name, data) => {
      if (name !== 'emulator.changed') return;
      const { reading: state } = data as Events['emulator.changed'];
      if (state) told.push(state);
    });
    files.write('1.bson', bytesOf(1).subarray(0, 200));
    await engine.handlers['emulator.read']({ id: 'admin', ...all, follow: true });
    await eventually('the wait for more', async () => (await reading()).phase === 'following');
    expect(await targets()).toEqual([]);
    files.append('1.bson', bytesOf(1).subarray(200));
    files.write('2.bson', bytesOf(2));
    await eventually('two flows', async () => (await engine.rows()).length === 2);
    // What is there already comes again in another file; what is damaged harms nobody.
    files.write('again.bson', bytesOf(2));
    files.write('broken.bson', Buffer.alloc(50));
    files.write('3.bson', bytesOf(3));
    await eventually('three flows', async () => (await engine.rows()).length === 3);
    await eventually('all files', async () => (await reading()).read === 4);
    expect(await targets()).toEqual([path(1), path(2), path(3)]);
    const rows = await engine.rows();
    expect(rows[0]).toMatchObject({
      method: 'GET',
      protocol: 'HTTP/1.1',
      source: { namespace: 'shop', pod: expect.stringContaining('frontend') },
      destination: { namespace: 'shop', pod: expect.stringContaining('catalog') },
    });
    const [detail] = await engine.details(rows.slice(0, 1));
    expect(detail!.observations.map(({ vantage }) => vantage).sort()).toEqual(['consumer', 'producer']);
    expect(await reading()).toMatchObject({ files: 5, read: 4, failed: 1, captures: 6, problem: '' });
    expect((await reading()).failures[0]!.file).toBe(`${namespace}/other-emulator-0/${files.prefix}-broken.bson`);

    await engine.handlers['emulator.stop']({});
    await eventually('the end', async () => (await reading()).phase === 'ended');
    files.write('4.bson', bytesOf(4));
    expect(told.at(-1)?.phase).toBe('ended');
    expect(await targets()).toHaveLength(3);
    files.remove('broken.bson');
  });

  it('are listed by capture, chosen, opened as a session, and go on when the pod was started anew', async () => {
    files.write('4.pcap', Buffer.concat(callDocuments(4).map(({ pcap }) => pcap)));
    const { captures, total, pods } = await list('admin');
    expect(pods).toEqual([{ namespace, pod: 'other-emulator-0', isListed: true, problem: '' }]);
    expect(total).toBe(captures.length);
    const fourth = captures.find(({ name }) => name === `${files.prefix}-4`)!;
    expect(fourth).toMatchObject({ formats: ['bson', 'pcap'], pod: 'other-emulator-0' });
    const key = `${namespace}/other-emulator-0/${fourth.name}`;
    await engine.handlers['emulator.read']({ id: 'admin', name: '', captures: [key], follow: false });
    await eventually('the end', async () => (await reading()).phase === 'ended');
    await eventually('its flow', async () => (await targets()).join() === path(4));

    await engine.handlers['emulator.read']({ id: 'admin', ...all, follow: true });
    await eventually('four flows', async () => (await engine.rows()).length === 4);
    await plane.admin.connection.json({
      method: 'DELETE',
      path: `/api/v1/namespaces/${namespace}/pods/other-emulator-0`,
    });
    await addPod('other-emulator-1');
    files.write('5.bson', bytesOf(5));
    await eventually('five flows', async () => (await engine.rows()).length === 5);
    expect(await targets()).toEqual([1, 2, 3, 4, 5].map(path));
  });

  it('cannot be read without the permission, which is said, and the session that is shown stays', async () => {
    const { path: session } = await engine.handlers['session.info']({});
    const request = (id: string) => engine.handlers['emulator.read']({ id, ...all, follow: true });
    await expect(request('viewer')).rejects.toThrow(
      `You may not run commands in ${namespace}/other-emulator-1, which is how its files are read`,
    );
    await expect(request('nobody')).rejects.toThrow(/cannot list resource "pods"/);
    expect((await engine.handlers['session.info']({})).path).toBe(session);
  });

  it('are pulled, merged and saved as one capture, by the engine and by the command', async () => {
    const run = (...args: readonly string[]) =>
      new Promise<{ code: number | null; output: string }>((resolve) => {
        const child = spawn(process.execPath, [program, ...args], {
          env: { ...process.env, KUBECONFIG: plane.kubeconfig },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let output = '';
        child.stdout.on('data', (text: Buffer) => {
          output += text.toString();
        });
        child.once('close', (code) => resolve({ code, output }));
      });
    const folder = join(plane.folder, 'pulled');
    mkdirSync(folder);
    const merged = join(folder, 'merged.bson');
    const flags = ['files', '--context', 'admin', '--name', `${files.prefix}-[45]\\.bson`];
    const { code, output } = await run(...flags, '--pull', folder, '--merge', merged);
    expect([code, output.trim().split('\n').length]).toEqual([0, 2]);
    const pulled = join(folder, `${files.prefix}-5.bson`);
    expect(readFileSync(pulled).equals(bytesOf(5))).toBe(true);
    expect(statSync(pulled).mode & 0o777).toBe(0o600);

    const target = engine.target(join(folder, 'saved.bson'));
    const name = `${files.prefix}-[45]\\.`;
    expect(await engine.handlers['emulator.save']({ id: 'admin', name, captures: null, target })).toMatchObject({
      files: 2,
      failed: 0,
      path: target.path,
    });
    for (const capture of [merged, target.path]) {
      await engine.handlers['session.open']({ path: capture });
      await eventually('its flows', async () => (await targets()).join() === [path(4), path(5)].join());
    }
  });

  it('are followed by the command into the reader of another', async () => {
    const env = { ...process.env, KUBECONFIG: plane.kubeconfig };
    const flags = ['files', '--context', 'admin', '--name', `${files.prefix}-live.*`, '--merge', '-', '--follow'];
    const follower = spawn(process.execPath, [program, ...flags], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const reader = spawn(process.execPath, [program, 'read', '-'], {
      env,
      stdio: [follower.stdout, 'pipe', 'inherit'],
    });
    let printed = '';
    reader.stdout!.on('data', (text: Buffer) => {
      printed += text.toString();
    });
    try {
      files.write('live-1.bson', bytesOf(1).subarray(0, 100));
      files.append('live-1.bson', bytesOf(1).subarray(100));
      await eventually('the first call', () => printed.includes('/products/1?'));
      files.write('live-2.bson', bytesOf(2));
      await eventually('the second call', () => printed.includes('/products/2?'));
    } finally {
      follower.kill();
      reader.kill();
    }
  });
});
