import { expect, it } from 'vitest';
import { readMesh } from '../../../../app/mesh/mesh-reader.ts';
import { readPods } from '../../../../app/mesh/pod-reader.ts';
import { planeOf, podOf, withProxy } from '../../../../tests/support/mesh/made-up-pods.ts';
import { checkMesh } from './mesh-check.ts';

const pods = readPods([withProxy(podOf('shop', 'cart'))], { namespaceLabels: () => ({}), injectors: [] });
const plane = (namespace: string) => planeOf('docker.io/istio/pilot:1.28.1', {}, namespace);

it('a mesh whose control plane is elsewhere is not taken for none', () => {
  expect(checkMesh({ mesh: null, pods: [] })).toMatchObject({
    result: 'failed',
    title: 'There is no Istio in this cluster',
  });
  expect(checkMesh({ mesh: null, pods })).toMatchObject({
    result: 'failed',
    title: 'The control plane of this mesh is not in this cluster',
    detail: '1 pod with a proxy, but no Deployment with the label app=istiod',
    remedy: expect.stringContaining('in the context of the primary cluster'),
  });
});

it('of two meshes in a cluster it is said which one is covered', () => {
  const mesh = readMesh([plane('istio-system'), plane('istio-payments')]);
  expect(checkMesh({ mesh, pods })).toMatchObject({
    result: 'warning',
    detail: 'another control plane is in istio-payments',
    remedy: expect.stringContaining('the one in istio-system does'),
  });
  expect(checkMesh({ mesh: readMesh([plane('istio-system')]), pods }).result).toBe('passed');
});
