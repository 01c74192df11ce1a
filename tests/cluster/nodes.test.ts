import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CaptureOptions, defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import type { CaptureSite } from '../../app/mesh/capture-site.ts';
import { untilReady } from '../../main/engine/clusters/istio/programs-ready.ts';
import { node } from '../support/control-plane/definitions.ts';
import { missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import type { TestEngine } from '../support/engine.ts';
import { startHttp1Peer } from '../support/envoy-peers.ts';
import { type MeshCluster, missingPartsText, startMeshCluster } from '../support/mesh/mesh-cluster.ts';
import type { MeshSidecar } from '../support/mesh/sidecar.ts';
import { application, barePodOf, proxyContainer } from '../support/mesh/workload-objects.ts';

const id = 'admin';

/** Nodes and namespaces that nothing can be captured on, among others where it can. */
describe.skipIf(missingParts !== '')(`a mesh of which a part cannot be captured${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  let mesh: MeshCluster;
  let engine: TestEngine;
  let cart: MeshSidecar;

  /** A pod on a node, with a container that is called as a sidecar is: no Envoy runs for it. */
  async function addMute(namespace: string, name: string, on: string): Promise<void> {
    const [pod, plural] = barePodOf(namespace, name, [application, proxyContainer('sidecar')]);
    await mesh.plane.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, 'namespaces');
    await mesh.plane.apply({ ...pod, spec: { ...(pod.spec as object), nodeName: on } }, plural);
  }

  beforeAll(async () => {
    mesh = stack.use(await startMeshCluster());
    const peer = stack.use(await startHttp1Peer());
    cart = await mesh.addSidecar({ namespace: 'shop', name: 'cart', http: peer.port });
    engine = await mesh.addEngine(id);
    const full = node('node-full');
    const capacity = { cpu: '50m', memory: '16Gi', pods: '110' };
    const taints = [{ key: 'full', effect: 'NoSchedule' }];
    await mesh.plane.apply({ ...full, spec: { taints }, status: { allocatable: capacity, capacity } }, 'nodes');
    await addMute('crowded', 'batch', 'node-full');
    await addMute('quiet', 'mute', 'node-a');
    await mesh.plane.apply(
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'default-deny', namespace: 'quiet' },
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      },
      'networkpolicies',
    );
    await eventually('the pods run', async () => {
      const { inventory } = await engine.handlers['clusters.inventory']({ id });
      return inventory.sidecars === 3;
    });
    await mesh.remember();
  });

  afterAll(() => stack.disposeAsync());

  afterEach(async () => {
    await engine?.handlers['clusters.disable']({ id });
    await mesh?.clean();
  });

  const enable = (area: CaptureOptions['area']) =>
    engine.handlers['clusters.enable']({ id, capture: { ...defaultCaptureOptions, area } });
  const namespaces = (...names: readonly string[]) => ({ kind: 'namespaces', namespaces: names }) as const;

  it('is captured but for a node that has no room for an aggregator, and says so', async () => {
    const { cluster: card } = await enable(namespaces('shop', 'crowded'));
    const detail = card.steps.find(({ name }) => name.includes('aggregators'))!.detail;
    const missed = '1 pod is not captured, because there is no aggregator on node-full (1 Insufficient cpu).';
    expect(detail).toBe(`2 of 3 aggregators. ${missed}`);
    // It is not the workload that the filter is tried on either.
    expect(card.steps.find(({ name }) => name === 'One workload first')?.detail).toMatch(/^shop\/cart: /);
    await eventually('a flow', async () => {
      await (await fetch(`http://${cart.host}:${cart.httpPort}/`)).text();
      return (await engine.rows()).length > 0;
    });
    const { clusters } = await engine.handlers['clusters.list']({});
    expect(clusters.find((one) => one.id === id)).toMatchObject({ state: 'degraded', problem: missed });
    const { findings } = await engine.handlers['clusters.doctor']({ id });
    const found = findings.find((one) => one.id === 'no-aggregator');
    expect(found?.evidence).toEqual([missed, 'node-full: 1 Insufficient cpu']);
  });

  it('has its programs ready, but on the node that has no room, also when its last pod goes meanwhile', async () => {
    const { cluster: card } = await enable(namespaces('shop'));
    expect(card.steps.find(({ name }) => name.includes('aggregators'))!.detail).toBe('2 of 3 aggregators');
    const site = { capture: defaultCaptureOptions, owner: null, meshNamespace: 'istio-system' } as const;
    const { gaps, detail } = await untilReady(mesh.plane.admin, site as unknown as CaptureSite, []);
    expect(gaps.map(({ node: name }) => name)).toEqual(['node-full']);
    expect(detail).toBe('2 of 3 aggregators');
  });

  it('is not switched on where no node has an aggregator, with the reason and without waiting for what will not come', async () => {
    const began = Date.now();
    await expect(enable(namespaces('crowded'))).rejects.toThrow(
      /no aggregator is ready\..*no aggregator on node-full \(1 Insufficient cpu\)\..*has no node.*Insufficient cpu/,
    );
    expect(Date.now() - began).toBeLessThan(60_000);
  });

  it('is captured where one workload is kept silent by its NetworkPolicy: another is tried first', {
    timeout: 120_000,
  }, async () => {
    const { cluster: card } = await enable(namespaces('quiet', 'shop'));
    const tried = card.steps.find(({ name }) => name === 'One workload first')!.detail;
    expect(tried).toMatch(/^shop\/cart: its filter has reported(; nothing was heard from quiet\/mute)?$/);
  });

  it('says which NetworkPolicy may keep it silent where nothing else is to be captured', {
    timeout: 120_000,
  }, async () => {
    await expect(enable(namespaces('quiet'))).rejects.toThrow(
      /Nothing was heard from the capture filter in quiet\/mute .* What these pods may connect to is restricted \(NetworkPolicy quiet\/default-deny\): let them reach TCP port 21080 of the pods app=aspen-mesh-packet-inspector in istio-system\./,
    );
  });
});
