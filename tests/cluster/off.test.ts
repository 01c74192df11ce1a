import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CaptureOptions, defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import type { Lease } from '../../app/mesh/kubernetes.ts';
import { aggregatorName, analysisNamespace, leaseKeeperName, leaseName } from '../../app/mesh/names.ts';
import { resourcePath, resources } from '../../app/mesh/resources.ts';
import { findFilters } from '../../main/engine/clusters/istio/filters-in-place.ts';
import { rollBack } from '../../main/engine/clusters/istio/roll-back.ts';
import { missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import type { TestEngine } from '../support/engine.ts';
import { startHttp1Peer } from '../support/envoy-peers.ts';
import { type MeshCluster, missingPartsText, startMeshCluster } from '../support/mesh/mesh-cluster.ts';
import { noFiltersIn } from '../support/mesh/scope-objects.ts';

const id = 'capturer';

/** Switching off, and taking back what was begun, when the cluster does not do as it is asked. */
describe.skipIf(missingParts !== '')(`off in a cluster that is not well${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  let mesh: MeshCluster;
  let engine: TestEngine;

  beforeAll(async () => {
    mesh = stack.use(await startMeshCluster({ hasCitadel: false }));
    const peer = stack.use(await startHttp1Peer());
    await mesh.addSidecar({ namespace: 'shop', name: 'cart', http: peer.port });
    engine = await mesh.addEngine(id);
    await mesh.remember();
  });

  afterAll(() => stack.disposeAsync());

  afterEach(() => mesh?.clean());

  const enable = (capture: Partial<CaptureOptions> = {}) =>
    engine.handlers['clusters.enable']({ id, capture: { ...defaultCaptureOptions, ...capture } });
  const disable = () => engine.handlers['clusters.disable']({ id });
  const card = async () => (await engine.handlers['clusters.list']({})).clusters.find((one) => one.id === id)!;

  /** Until the function that it resolves with is called, no EnvoyFilter in the mesh's namespace can be changed. */
  async function refuseChanges(): Promise<() => Promise<void>> {
    const { admin } = mesh.plane;
    const [policy, binding] = noFiltersIn('istio-system');
    await mesh.plane.apply(policy, 'validatingadmissionpolicies');
    await mesh.plane.apply(binding, 'validatingadmissionpolicybindings');
    const { apiVersion, kind } = resources.envoyFilter;
    const probe = { apiVersion, kind, metadata: { name: 'probe', namespace: 'istio-system' }, spec: {} };
    const isAllowed = () =>
      admin.apply(probe, { dryRun: true }).then(
        () => true,
        () => false,
      );
    await eventually('the policy holds', async () => !(await isAllowed()));
    return async () => {
      for (const plural of ['validatingadmissionpolicybindings', 'validatingadmissionpolicies'])
        await admin.connection.json({
          method: 'DELETE',
          path: `/apis/${policy.apiVersion}/${plural}/${policy.metadata.name}`,
        });
      await eventually('the policy has gone', isAllowed);
    };
  }

  for (const slot of ['remove', 'keep'] as const) {
    it(`leaves nothing where no filter can be changed any more, as when istiod's webhook is down (slot: ${slot})`, async () => {
      await enable({ slot });
      const allow = await refuseChanges();
      try {
        const { remainder, cluster } = await disable();
        expect(remainder).toMatchObject({ left: [], kept: [] });
        expect(cluster).toMatchObject({ state: 'off', problem: '', slotInPlace: false });
        const [idle] = cluster.steps;
        expect(idle).toMatchObject({ state: 'done', detail: expect.stringContaining('no filters in istio-system') });
      } finally {
        await allow();
      }
    });
  }

  it('leaves no slot of before, either, when what was begun is taken back and that cannot be set idle', async () => {
    await enable({ slot: 'keep' });
    const { admin } = mesh.plane;
    const before = await findFilters(admin);
    expect(before.slots.length).toBeGreaterThan(0);
    const allow = await refuseChanges();
    try {
      const { sentence, slotInPlace } = await rollBack(admin, before);
      expect(slotInPlace).toBe(false);
      expect(sentence).toMatch(/so was the slot, which could not be set idle: .*no filters in istio-system/);
      expect(await findFilters(admin)).toMatchObject({ slots: [], filters: [] });
      expect((await disable()).remainder.left).toEqual([]);
    } finally {
      await allow();
    }
  });

  it('says what keeps an object that does not go, and is done when that lets it go', { timeout: 120_000 }, async () => {
    await enable();
    const path = resourcePath(resources.configMap, 'istio-system', aggregatorName);
    const keep = (finalizers: readonly string[] | null) =>
      mesh.plane.admin.connection.json({
        method: 'PATCH',
        path,
        body: { metadata: { finalizers } },
        contentType: 'application/merge-patch+json',
      });
    await keep(['example.org/audit']);
    await expect(disable()).rejects.toThrow(
      `ConfigMap istio-system/${aggregatorName} was deleted but is still there (finalizers: example.org/audit).`,
    );
    expect((await card()).problem).toContain('example.org/audit');
    await keep(null);
    expect((await disable()).remainder.left).toEqual([]);
  });

  it('is asked for where the lease has run out and the lease keeper does not run', { timeout: 120_000 }, async () => {
    await enable();
    const colleague = await mesh.addEngine('colleague');
    const { admin } = mesh.plane;
    const keeper = resourcePath(resources.deployment, analysisNamespace, leaseKeeperName);
    const merge = (path: string, body: object) =>
      admin.connection.json({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
    await merge(keeper, { spec: { replicas: 0 } });
    // Whoever has switched it on has gone: nobody renews it.
    await merge(resourcePath(resources.lease, analysisNamespace, leaseName), { spec: { leaseDurationSeconds: 1 } });
    const seen = await eventually(
      'it is said',
      async () => {
        const [found] = (await colleague.handlers['clusters.list']({})).clusters;
        return /^The lease has run out/.test(found?.problem ?? '') ? found : null;
      },
      { timeout: 60_000 },
    );
    expect(seen).toMatchObject({ state: 'degraded', problem: expect.stringContaining('Switch capture off.') });
    const { remainder } = await colleague.handlers['clusters.disable']({ id: 'colleague' });
    expect(remainder.left).toEqual([]);
  });

  it('goes on where the API server is restarted meanwhile', async () => {
    await enable();
    const off = disable();
    await eventually('it has begun', async () => (await card()).state === 'disabling');
    await mesh.plane.startApiServer();
    expect((await off).remainder.left).toEqual([]);
    expect(await card()).toMatchObject({ state: 'off', problem: '' });
  });

  it('takes back what was made when the API server goes away while it is switched on', async () => {
    const begin = async () => {
      await enable();
      return '';
    };
    const on = begin().catch((error: Error) => error.message);
    await eventually('the lease', () =>
      mesh.plane.admin.find<Lease>(resources.lease, analysisNamespace, leaseName).catch(() => null),
    );
    await mesh.plane.startApiServer();
    const failure = await on;
    if (failure === '') await disable();
    else expect(failure).toMatch(/cannot be reached|refused|reset/);
    // Nobody in the cluster would: the lease keeper may not have been made by then.
    await mesh.clean();
    await eventually('the card says so', async () => (await card()).state === 'off');
  });
});
