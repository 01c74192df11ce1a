import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { neededPermissions } from '../../app/mesh/access.ts';
import { accessBinding, accessRole } from '../../app/mesh/access-roles.ts';
import { defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import { analysisNamespace } from '../../app/mesh/names.ts';
import { isOwn } from '../../app/mesh/own-object.ts';
import { resources } from '../../app/mesh/resources.ts';
import { createIstioDriver } from '../../main/engine/clusters/istio/istio-driver.ts';
import { listOwn } from '../../main/engine/clusters/istio/own-objects.ts';
import { manifestSite } from '../../main/engine/clusters/istio/survey.ts';
import { missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import type { TestEngine } from '../support/engine.ts';
import { startHttp1Peer } from '../support/envoy-peers.ts';
import { type MeshCluster, missingPartsText, startMeshCluster } from '../support/mesh/mesh-cluster.ts';

/** Seconds of the lease: longer than switching on takes on a busy machine. */
const grace = 12;
/** What somebody has put into our namespace. */
const notes = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'notes', namespace: analysisNamespace },
  data: { 'notes.txt': 'made by hand' },
} as const;

describe.skipIf(missingParts !== '')(`a namespace that capture has made${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  let mesh: MeshCluster;
  let engine: TestEngine;

  beforeAll(async () => {
    mesh = stack.use(await startMeshCluster());
    const peer = stack.use(await startHttp1Peer());
    await mesh.addSidecar({ namespace: 'shop', name: 'cart', http: peer.port });
    await allowEverywhere();
    engine = await mesh.addEngine('nobody');
    await mesh.plane.admin.delete(resources.namespace, '', analysisNamespace);
    await eventually('it is gone', async () => (await findNamespace()) === null);
    await mesh.remember();
  });

  afterAll(() => stack.disposeAsync());

  /** Roles in a namespace go with it: who makes it has what capture takes in all namespaces, and still not more. */
  async function allowEverywhere(): Promise<void> {
    const needed = neededPermissions(manifestSite(defaultCaptureOptions)).map(({ namespace: _, ...rest }) => rest);
    const role = accessRole('test-everywhere', needed, undefined);
    await mesh.plane.admin.apply(role);
    await mesh.plane.admin.apply(accessBinding(role, [{ kind: 'User', name: 'nobody' }]));
  }

  const findNamespace = () => mesh.plane.admin.find(resources.namespace, '', analysisNamespace);
  const findNotes = () => mesh.plane.admin.find(resources.configMap, analysisNamespace, 'notes');
  const enable = (minutes: number | null) =>
    engine.handlers['clusters.enable']({ id: 'nobody', capture: { ...defaultCaptureOptions, minutes } });
  const disable = async () => (await engine.handlers['clusters.disable']({ id: 'nobody' })).remainder;

  it('stays while something of others is in it, and the proof says so; it goes when that is gone', async () => {
    await enable(null);
    expect(isOwn((await findNamespace())!)).toBe(true);
    await mesh.plane.apply(notes, 'configmaps');
    const remainder = await disable();
    expect(remainder).toMatchObject({
      left: [],
      spared: [`Namespace ${analysisNamespace}: it holds what Packet Inspector did not create: ConfigMap notes`],
    });
    // The garbage collector has had its time.
    await pause(3_000);
    expect(await findNotes()).toMatchObject({ data: notes.data });
    expect((await listOwn(mesh.plane.admin)).map(({ kind }) => kind)).toEqual(['Namespace']);

    await enable(null);
    await mesh.plane.admin.delete(resources.configMap, analysisNamespace, 'notes');
    expect(await disable()).toMatchObject({ left: [], spared: [] });
    await mesh.clean();
  });

  it('the same when the lease ends, with no help', async () => {
    await abandon(async () => mesh.plane.apply(notes, 'configmaps'));
    await eventually('all else is gone', async () => {
      const own = await listOwn(mesh.plane.admin);
      return own.map(({ kind }) => kind).join() === 'Namespace';
    });
    await pause(3_000);
    expect(await findNotes()).toMatchObject({ data: notes.data });

    await abandon(() => mesh.plane.admin.delete(resources.configMap, analysisNamespace, 'notes'));
    await mesh.clean();
  });

  /** Captures until the lease ends: the program that renews it goes. */
  async function abandon(meanwhile: () => Promise<unknown>): Promise<void> {
    const client = await mesh.plane.client('nobody');
    const driver = createIstioDriver({ name: 'nobody', client, leaseGrace: grace, eager: true });
    await driver.enable(defaultCaptureOptions);
    await meanwhile();
    await driver.close();
  }
});
