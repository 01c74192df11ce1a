import { describe, expect, it } from 'vitest';
import { ofDeployment, podOf, withProxy } from '../../tests/support/mesh/made-up-pods.ts';
import { canCapture, inventoryOf, readPods } from './pod-reader.ts';

const site = { namespaceLabels: () => ({}), injectors: [] };

describe('the pods of a cluster', () => {
  it('have a proxy of some kind, or a reason why they have none', () => {
    const native = podOf('shop', 'native-0', {
      spec: { initContainers: [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }] },
    });
    const agent = withProxy(
      podOf('shop', 'proxyless-0', { metadata: { annotations: { 'inject.istio.io/templates': 'grpc-agent' } } }),
    );
    const read = readPods(
      [
        withProxy(podOf('shop', 'cart-0')),
        native,
        withProxy(podOf('istio-system', 'ingress-0'), 'router'),
        withProxy(podOf('shop', 'waypoint-0'), 'waypoint'),
        podOf('legacy', 'ftp-0'),
        agent,
      ],
      site,
    );
    expect(read.map(({ pod, proxy, noSidecar }) => [pod, proxy, noSidecar])).toEqual([
      ['cart-0', 'sidecar', null],
      ['native-0', 'sidecar', null],
      ['ingress-0', 'gateway', null],
      ['waypoint-0', 'waypoint', null],
      ['ftp-0', null, 'not-labelled'],
      ['proxyless-0', null, 'proxyless'],
    ]);
  });

  it('are left out when they have ended, or are ending', () => {
    const ended = ['Succeeded', 'Failed'].map((phase) => podOf('shop', phase, { status: { phase } }));
    const ending = podOf('shop', 'ending', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    expect(readPods([...ended, ending], site)).toEqual([]);
  });

  it('are captured in sidecars, and for HTTP in gateways', () => {
    expect(canCapture({ proxy: 'sidecar' }, { http: false })).toBe(true);
    expect(canCapture({ proxy: 'gateway' }, { http: true })).toBe(true);
    expect(canCapture({ proxy: 'gateway' }, { http: false })).toBe(false);
    expect(canCapture({ proxy: 'waypoint' }, { http: true })).toBe(false);
    expect(canCapture({ proxy: null }, { http: true })).toBe(false);
  });

  it('are summed up by namespace and workload, in order', () => {
    const pods = readPods(
      [
        withProxy(ofDeployment(podOf('shop', 'cart-1'), 'cart')),
        ofDeployment(podOf('shop', 'cart-2'), 'cart'),
        withProxy(podOf('epc', 'ocs-0')),
      ],
      site,
    );
    expect(inventoryOf(null, 2, pods)).toEqual({
      mesh: '',
      revisions: [],
      nodes: 2,
      pods: 3,
      sidecars: 2,
      namespaces: [
        { name: 'epc', pods: 1, sidecars: 1, workloads: [{ name: 'ocs-0', kind: 'Pod', pods: 1, sidecars: 1 }] },
        { name: 'shop', pods: 2, sidecars: 1, workloads: [{ name: 'cart', kind: 'Deployment', pods: 2, sidecars: 1 }] },
      ],
    });
  });
});
