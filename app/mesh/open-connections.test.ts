import { expect, it } from 'vitest';
import { podsWithSlot, readDiameterConnections, readHttpConnections } from './open-connections.ts';
import type { MeshPod } from './pod-reader.ts';

it('are read of what Envoy tells', () => {
  const stats =
    'http.inbound_0.0.0.0_8080;.downstream_cx_active: 3\nhttp.outbound_0.0.0.0_80;.downstream_cx_active: 4\n';
  expect(readHttpConnections(stats)).toBe(7);
  expect(readHttpConnections('')).toBeNull();
  const clusters = [
    'inbound|3868||::127.0.0.1:40001::cx_active::2',
    'inbound|3868||::127.0.0.1:40001::cx_total::90',
    'outbound|3868||ocs.epc.svc.cluster.local::10.0.0.3:3868::cx_active::1',
    'outbound|8080||cart.shop.svc.cluster.local::10.0.0.4:8080::cx_active::50',
    'xds-grpc::127.0.0.1:15010::cx_active::1',
  ].join('\n');
  expect(readDiameterConnections(clusters, 3868)).toBe(3);
});

it('are those of the proxies that get a slot', () => {
  const pod = (namespace: string, name: string, proxy: MeshPod['proxy'] = 'sidecar'): MeshPod => ({
    namespace,
    pod: name,
    workload: name,
    workloadKind: 'Deployment',
    proxy,
    noSidecar: null,
    node: 'node-a',
    labels: { app: name },
  });
  const pods = [pod('shop', 'cart'), pod('shop', 'till'), pod('epc', 'ocs'), pod('istio-system', 'ingress', 'gateway')];
  const names = (...args: Parameters<typeof podsWithSlot>) => podsWithSlot(...args).map((one) => one.pod);
  const mesh = { namespace: 'istio-system', suffix: '', labels: null };
  expect(names(pods, [{ kind: 'http', target: mesh }], 'http', 'istio-system')).toEqual([
    'cart',
    'till',
    'ocs',
    'ingress',
  ]);
  expect(names(pods, [{ kind: 'diameter', target: mesh }], 'diameter', 'istio-system')).toEqual([
    'cart',
    'till',
    'ocs',
  ]);
  const cart = { namespace: 'shop', suffix: 'cart', labels: { app: 'cart' } };
  expect(names(pods, [{ kind: 'http', target: cart }], 'http', 'istio-system')).toEqual(['cart']);
  expect(names(pods, [{ kind: 'http', target: cart }], 'diameter', 'istio-system')).toEqual([]);
});
