import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CaptureOptions, defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import type { Lease } from '../../app/mesh/kubernetes.ts';
import { analysisNamespace, leaseKeeperName, leaseName } from '../../app/mesh/names.ts';
import { resources } from '../../app/mesh/resources.ts';
import type { ControlPlane } from '../support/control-plane/control-plane.ts';
import { missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import type { TestEngine } from '../support/engine.ts';
import { type Peer, startHttp1Peer } from '../support/envoy-peers.ts';
import { type MeshCluster, missingPartsText, startMeshCluster } from '../support/mesh/mesh-cluster.ts';
import type { MeshSidecar } from '../support/mesh/sidecar.ts';
import { allObjects } from '../support/mesh/snapshot.ts';

const rounds = Number(process.env.CLUSTER_ROUNDS ?? 5);
const program = join(import.meta.dirname, '../../build/engine/cli.mjs');

describe.skipIf(missingParts !== '')(`a cluster with Istio${missingPartsText}`, () => {
  let cluster: MeshCluster;
  let plane: ControlPlane;
  let peer: Peer;
  let sidecar: MeshSidecar;
  let engine: TestEngine;
  let before: readonly string[];

  beforeAll(async () => {
    cluster = await startMeshCluster();
    plane = cluster.plane;
    peer = await startHttp1Peer();
    sidecar = await cluster.addSidecar({ namespace: 'shop', name: 'cart', http: peer.port });
    engine = await cluster.addEngine('capturer', 'nobody');
    before = await cluster.remember();
  });

  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
    await peer?.[Symbol.asyncDispose]();
  });

  afterEach(async () => {
    // A test that failed half-way leaves nothing for the next.
    if ((await card()).state !== 'off') await engine.handlers['clusters.disable']({ id: 'capturer' });
  });

  const call = async (path: string) => {
    const answer = await fetch(`http://${sidecar.host}:${sidecar.httpPort}${path}`, { method: 'POST', body: 'hello' });
    expect(answer.status).toBe(200);
    await answer.text();
  };
  const enable = (capture: Partial<CaptureOptions> = {}) =>
    engine.handlers['clusters.enable']({ id: 'capturer', capture: { ...defaultCaptureOptions, ...capture } });
  const card = async (id = 'capturer') =>
    (await engine.handlers['clusters.list']({})).clusters.find((cluster) => cluster.id === id)!;

  it(`shows the first flow within 10 seconds of on, and is as before within 10 seconds of off, ${rounds} times`, async () => {
    const figures: string[] = [];
    for (let round = 0; round < rounds; round++) {
      const known = (await engine.rows()).length;
      const on = performance.now();
      await enable();
      const first = await eventually('the first flow', async () => {
        await call(`/round/${round}`);
        const rows = await engine.rows();
        return rows.length > known ? rows.at(-1)! : null;
      });
      const shown = performance.now() - on;
      expect(first).toMatchObject({ method: 'POST', target: `/round/${round}`, protocol: 'HTTP/1.1' });
      const off = performance.now();
      const { remainder } = await engine.handlers['clusters.disable']({ id: 'capturer' });
      const removed = performance.now() - off;
      expect(remainder.left).toEqual([]);
      await cluster.clean();
      figures.push(`${Math.round(shown)}/${Math.round(removed)}`);
      expect(shown).toBeLessThan(10_000);
      expect(removed).toBeLessThan(10_000);
    }
    console.log(`on to first flow / off to nothing left, ms: ${figures.join(' ')}`);
  });

  it('is cleaned by itself when the program that switched it on has gone, whatever its clock said', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [program, 'enable', '--context', 'capturer', '--minutes', '0.1', '-o', 'json'],
      { env: { ...process.env, KUBECONFIG: plane.kubeconfig } },
    );
    expect(JSON.parse(stdout)).toMatchObject({ capturing: true });
    const lease = await plane.admin.get<Lease>(resources.lease, analysisNamespace, leaseName);
    // What is left of it, where a busy machine took time enough for a renewal.
    expect(lease.spec?.leaseDurationSeconds).toBeGreaterThan(0);
    expect(lease.spec?.leaseDurationSeconds).toBeLessThanOrEqual(6);
    // As a holder writes it whose clock is an hour ahead.
    const wrong = new Date(Date.now() + 3_600_000).toISOString().replace('Z', '000Z');
    const {
      metadata: { name, namespace, labels = {}, ownerReferences = [] },
      spec,
    } = lease;
    await plane.admin.apply(
      {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name, namespace: namespace!, labels, ownerReferences },
        spec: { ...spec, leaseDurationSeconds: 6, renewTime: wrong },
      },
      { force: true },
    );
    const began = performance.now();
    await cluster.clean();
    expect(performance.now() - began).toBeGreaterThan(3_000);
    await eventually('the card says so', async () => (await card()).state === 'off');
  });

  it('captures for an analysis service elsewhere, and says that nothing of it is shown here', async () => {
    const capture = { ...defaultCaptureOptions, analysisAddress: 'tool.analysis.svc.cluster.local:21000' };
    const plan = await engine.handlers['clusters.plan']({ id: 'capturer', capture });
    expect(plan.connections[0]).toContain(
      'Captures go to tool.analysis.svc.cluster.local:21000, and are not shown here.',
    );
    const known = (await engine.rows()).length;
    await enable(capture);
    await call('/elsewhere');
    expect(await card()).toMatchObject({
      state: 'capturing',
      problem: 'Captures go to tool.analysis.svc.cluster.local:21000, and are not shown here.',
      connection: { state: 'none' },
    });
    const deployments = await plane.admin.list(resources.deployment, { namespace: analysisNamespace });
    expect(deployments.map(({ metadata }) => metadata.name)).toEqual([leaseKeeperName]);
    expect((await card()).steps.find(({ name }) => name === 'One workload first')?.detail).toContain(
      'rejected nothing',
    );
    expect((await engine.rows()).length).toBe(known);
    await engine.handlers['clusters.disable']({ id: 'capturer' });
    await cluster.clean();
  });

  it('refuses with the verb and the resource when a permission is missing, and changes nothing', async () => {
    const refused = engine.handlers['clusters.enable']({ id: 'nobody', capture: defaultCaptureOptions });
    await expect(refused).rejects.toThrow(/User "nobody" cannot (list|get) resource "\w+"/);
    expect(await allObjects(plane.admin)).toEqual(before);
    expect((await card('nobody')).state).toBe('off');
  });

  it('never touches an object that is not its own', async () => {
    const foreign = {
      apiVersion: 'networking.istio.io/v1alpha3',
      kind: 'EnvoyFilter',
      metadata: { name: 'http-capture-filter', namespace: 'istio-system', labels: { made: 'by-hand' } },
      spec: { configPatches: [] },
    };
    await plane.apply(foreign, 'envoyfilters');
    await expect(enable()).rejects.toThrow(
      /^EnvoyFilter istio-system\/http-capture-filter: It already exists .* Nothing was changed\.$/,
    );
    const kept = await plane.admin.get(resources.envoyFilter, 'istio-system', 'http-capture-filter');
    expect(kept.metadata.labels).toEqual({ made: 'by-hand' });
    await plane.admin.delete(resources.envoyFilter, 'istio-system', 'http-capture-filter');
    await cluster.clean();
  });
});
