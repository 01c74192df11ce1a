import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessNamespaces, neededPermissions } from '../../app/mesh/access.ts';
import { accessBinding, accessRole, accessRoles } from '../../app/mesh/access-roles.ts';
import { defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import type { Manifest } from '../../app/mesh/kubernetes.ts';
import { type Permission, permissionText } from '../../app/mesh/permission.ts';
import { objectName, resources } from '../../app/mesh/resources.ts';
import { listOwn } from '../../main/engine/clusters/istio/own-objects.ts';
import { manifestSite } from '../../main/engine/clusters/istio/survey.ts';
import { missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import type { TestEngine } from '../support/engine.ts';
import { type Peer, startHttp1Peer } from '../support/envoy-peers.ts';
import { type MeshCluster, missingPartsText, startMeshCluster } from '../support/mesh/mesh-cluster.ts';
import type { MeshSidecar } from '../support/mesh/sidecar.ts';

const capture = defaultCaptureOptions;
/** Whole mesh, HTTP, in a namespace that is there: what `capture` takes. */
const site = { ...manifestSite(capture), ownsNamespace: false };
const nobody = [{ kind: 'User', name: 'nobody' }] as const;

describe.skipIf(missingParts !== '')(`who may do what${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  let mesh: MeshCluster;
  let engine: TestEngine;
  let sidecar: MeshSidecar;
  let before: readonly string[];

  beforeAll(async () => {
    mesh = stack.use(await startMeshCluster());
    const peer: Peer = stack.use(await startHttp1Peer());
    sidecar = await mesh.addSidecar({ namespace: 'shop', name: 'cart', http: peer.port });
    engine = await mesh.addEngine('capturer', 'viewer', 'nobody');
    await limit([]);
    before = await mesh.remember();
  });

  afterAll(() => stack.disposeAsync());

  const card = async (id: string) =>
    (await engine.handlers['clusters.list']({})).clusters.find((one) => one.id === id)!;
  const enable = (id: string) => engine.handlers['clusters.enable']({ id, capture });
  const disable = (id: string) => engine.handlers['clusters.disable']({ id });
  const apply = (manifest: Manifest) => mesh.plane.admin.apply(manifest, { force: true });

  /** Allows `nobody` these things and nothing else. */
  async function limit(permissions: readonly Permission[], namespaces = [undefined, ...accessNamespaces(site)]) {
    for (const namespace of namespaces) {
      const role = accessRole('test-limited', permissions, namespace);
      await apply(role);
      await apply(accessBinding(role, nobody));
    }
  }

  it('view sees what others capture, and cannot switch it on or off', async () => {
    await expect(enable('viewer')).rejects.toThrow(
      /^You may not get clusterroles\.rbac\.authorization\.k8s\.io packet-inspector-lease-keeper/,
    );
    expect((await card('viewer')).state).toBe('off');
    await enable('capturer');
    await eventually('the viewer is connected', async () => {
      const { state, connection, holder } = await card('viewer');
      return state === 'capturing' && connection.state === 'connected' && holder !== '';
    });
    const answer = await fetch(`http://${sidecar.host}:${sidecar.httpPort}/seen`);
    expect(answer.status).toBe(200);
    await answer.text();
    await eventually('both cards have seen it', async () => (await engine.rows()).length > 0);
    await expect(disable('viewer')).rejects.toThrow(
      /cannot list resource "\w+" .* Nothing was changed: capture goes on\.$/,
    );
    expect((await card('capturer')).state).toBe('capturing');
    await disable('capturer');
    await mesh.clean();
  });

  it('each permission taken away is named, and nothing is changed', async () => {
    const needed = neededPermissions(site);
    await limit(needed);
    const client = await mesh.plane.client('nobody');
    for (const missing of needed) {
      const place = [missing.namespace];
      await limit(
        needed.filter((one) => one !== missing),
        place,
      );
      await eventually(permissionText(missing), async () => !(await client.may(missing)).allowed);
      const { verb, resource, subresource } = missing;
      const what = subresource ? `${resource}/${subresource}` : resource;
      await expect(enable('nobody')).rejects.toThrow(
        new RegExp(`You may not ${verb} ${what}[ .]|cannot ${verb} resource "${what}"`),
      );
      expect((await listOwn(mesh.plane.admin)).map(objectName)).toEqual([]);
      await limit(needed, place);
    }
    client.connection.close();
    await limit([]);
    await mesh.clean();
    console.log(`${needed.length} permissions, each taken away`);
  });

  it('a permission taken away half-way is named, and what was made is removed', async () => {
    const needed = neededPermissions(site);
    await limit(needed);
    const refused = enable('nobody');
    await eventually('the programs are started', async () =>
      (await card('nobody')).steps.some(
        ({ state, name }) => state === 'running' && name.startsWith('Analysis service'),
      ),
    );
    await limit(needed.filter(({ verb, resource }) => resource !== 'envoyfilters' || verb !== 'patch'));
    await expect(refused).rejects.toThrow(/cannot patch resource "envoyfilters"/);
    expect((await card('nobody')).problem).toMatch(
      /cannot patch resource "envoyfilters".* Everything created so far was removed again\.$/,
    );
    await mesh.clean();
    await limit([]);
  });

  it('administer lets others view and capture, and nothing beside', async () => {
    const administrator = await mesh.plane.client('administrator');
    for (const manifest of accessRoles(site, { capture: nobody })) await administrator.apply(manifest, { force: true });
    await eventually('the capturer is now nobody', async () => {
      const client = await mesh.plane.client('nobody');
      const needed = neededPermissions(site);
      const answers = await Promise.all(needed.map((permission) => client.may(permission)));
      client.connection.close();
      return answers.every(({ allowed }) => allowed);
    });
    const all = accessRole('packet-inspector-view', [{ verb: '*', group: '*', resource: '*' }], undefined);
    await expect(administrator.apply(all, { force: true })).rejects.toThrow(
      /attempting to grant RBAC permissions not currently held/,
    );
    await expect(administrator.list(resources.secret)).rejects.toThrow(/cannot list resource "secrets"/);
    administrator.connection.close();
    expect(await mesh.remember()).toEqual(before);
  });
});
