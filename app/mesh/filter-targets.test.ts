import { describe, expect, it } from 'vitest';
import { ofDeployment, podOf, withProxy } from '../../tests/support/mesh/made-up-pods.ts';
import { filterTargets } from './filter-targets.ts';
import { readPods } from './pod-reader.ts';

const pods = readPods(
  [
    withProxy(ofDeployment(podOf('shop', 'cart-1'), 'cart', { app: 'cart', version: 'v1' })),
    withProxy(ofDeployment(podOf('shop', 'cart-2'), 'cart', { app: 'cart', version: 'v2' })),
    withProxy(podOf('shop', 'unlabelled')),
    withProxy(ofDeployment(podOf('istio-system', 'gateway-1'), 'gateway', { istio: 'ingressgateway' }), 'router'),
    ofDeployment(podOf('istio-system', 'istiod-1'), 'istiod', { app: 'istiod' }),
  ],
  { namespaceLabels: () => ({}), injectors: [] },
);

describe('the proxies that get the filter', () => {
  it('are those of the whole mesh by its own namespace', () => {
    expect(filterTargets({ kind: 'mesh' }, 'istio-system', pods)).toEqual([
      { namespace: 'istio-system', suffix: '', labels: null },
    ]);
  });

  it("are those of namespaces, but of the mesh's own one by workload, since all of it would be all of the mesh", () => {
    expect(filterTargets({ kind: 'namespaces', namespaces: ['shop', 'istio-system'] }, 'istio-system', pods)).toEqual([
      { namespace: 'shop', suffix: '', labels: null },
      { namespace: 'istio-system', suffix: 'gateway', labels: { istio: 'ingressgateway' } },
    ]);
  });

  it('are those of a workload by the labels that all its pods have', () => {
    const area = { kind: 'workloads', workloads: [{ namespace: 'shop', name: 'cart' }] } as const;
    expect(filterTargets(area, 'istio-system', pods)).toEqual([
      { namespace: 'shop', suffix: 'cart', labels: { app: 'cart' } },
    ]);
  });

  it('are refused with a sentence when they cannot be told', () => {
    const of = (name: string) => () =>
      filterTargets({ kind: 'workloads', workloads: [{ namespace: 'shop', name }] }, 'istio-system', pods);
    expect(of('gone')).toThrow('The workload shop/gone has no running pod.');
    expect(of('unlabelled')).toThrow('The pods of shop/unlabelled have no labels');
  });
});
