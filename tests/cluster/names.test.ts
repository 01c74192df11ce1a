import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest, Node, Pod, Service } from '../../app/mesh/kubernetes.ts';
import { resources } from '../../app/mesh/resources.ts';
import { ClusterNames } from '../../main/engine/clusters/istio/cluster-names.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane/control-plane.ts';
import { missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import { applyAccessRoles } from '../support/mesh/access.ts';
import { missingPartsText } from '../support/mesh/mesh-cluster.ts';

describe.skipIf(missingParts !== '')(`names of addresses${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  let plane: ControlPlane;
  let names: ClusterNames;
  let podChanges = 0;

  beforeAll(async () => {
    plane = stack.use(await startControlPlane());
    await plane.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system' } }, 'namespaces');
    await applyAccessRoles(plane);
    names = new ClusterNames(await plane.client('viewer'), () => podChanges++);
    stack.defer(() => names.close());
  });

  afterAll(() => stack.disposeAsync());

  async function startPod(name: string): Promise<string> {
    const pod: Manifest = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'shop' },
      spec: { containers: [{ name: 'application', image: 'application' }] },
    };
    await plane.apply(pod, 'pods');
    return eventually('the address of the pod', async () => {
      const { status } = await plane.admin.get<Pod>(resources.pod, 'shop', name);
      return status?.podIP ?? null;
    });
  }

  const now = (address: string) => names.nameAt(address, Date.now() + 1_000);
  const untilNamed = (address: string, name: string) => eventually(name, () => now(address) === name);

  it('are those of pods, services and nodes, as they come', async () => {
    const address = await startPod('cart-0');
    await untilNamed(address, 'cart-0.shop.pod');
    expect(podChanges).toBeGreaterThan(0);
    const service: Manifest = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { selector: { app: 'cart' }, ports: [{ port: 80 }] },
    };
    await plane.apply(service, 'services');
    const { spec } = await plane.admin.get<Service>(resources.service, 'shop', 'cart');
    await untilNamed(spec.clusterIP!, 'cart.shop.svc');
    const { status } = await plane.admin.get<Node>(resources.node, '', 'node-a');
    const own = status?.addresses?.find(({ type }) => type === 'InternalIP');
    if (own) expect(now(own.address)).toMatch(/^node-[ab]\.node$/);
  });

  it('are those that they were, when an address belongs to another pod by now', async () => {
    const first = await startPod('first');
    await untilNamed(first, 'first.shop.pod');
    const then = Date.now() + 999;
    await plane.admin.delete(resources.pod, 'shop', 'first');
    await eventually('gone', async () => (await plane.admin.find(resources.pod, 'shop', 'first')) === null);
    // Times of Kubernetes are whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    // kwok gives an address that is free again to the next pod that comes, sooner or later.
    for (let number = 0; now(first) === 'first.shop.pod'; number++) {
      if (number > 300) throw new Error(`nobody else got ${first}`);
      const address = await startPod(`other-${number}`);
      if (address === first) await untilNamed(first, `other-${number}.shop.pod`);
    }
    expect(names.nameAt(first, then)).toBe('first.shop.pod');
    expect(now(first)).toMatch(/^other-\d+\.shop\.pod$/);
  });

  it('go on to be followed after a restart of the API server', async () => {
    await plane.startApiServer();
    const address = await startPod('late');
    await untilNamed(address, 'late.shop.pod');
  });

  it('are not known to who may not list them', async () => {
    const blind = new ClusterNames(await plane.client('nobody'), () => {});
    stack.defer(() => blind.close());
    const address = await startPod('unseen');
    await untilNamed(address, 'unseen.shop.pod');
    expect(blind.nameAt(address, Date.now() + 1_000)).toBe('');
  });
});
