import { expect, it } from 'vitest';
import { namesOfNode, namesOfPod, namesOfService } from './object-names.ts';

const creationTimestamp = '2026-03-01T12:00:00Z';
const since = Date.UTC(2026, 2, 1, 12);

it('names the addresses of pods, services and nodes since they have them', () => {
  const metadata = { name: 'cart-1', namespace: 'shop', creationTimestamp };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [] } };
  const addresses = { podIP: '10.1.0.7', podIPs: [{ ip: '10.1.0.7' }, { ip: 'fd00::7' }] };
  const status = { ...addresses, startTime: '2026-03-01T12:00:30Z' };
  expect(namesOfPod({ ...pod, status })).toEqual([
    { address: '10.1.0.7', name: 'cart-1.shop.pod', since: since + 30_000 },
    { address: 'fd00::7', name: 'cart-1.shop.pod', since: since + 30_000 },
  ]);
  expect(namesOfPod(pod)).toEqual([]);
  expect(namesOfPod({ ...pod, spec: { containers: [], hostNetwork: true }, status })).toEqual([]);
  const service = { apiVersion: 'v1', kind: 'Service', metadata };
  expect(namesOfService({ ...service, spec: { clusterIP: '10.96.0.9' } })).toEqual([
    { address: '10.96.0.9', name: 'cart-1.shop.svc', since },
  ]);
  expect(namesOfService({ ...service, spec: { clusterIP: 'None', clusterIPs: ['None'] } })).toEqual([]);
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-a' } };
  const list = [
    { type: 'Hostname', address: 'node-a' },
    { type: 'InternalIP', address: '192.168.0.4' },
  ];
  expect(namesOfNode({ ...node, status: { addresses: list } })).toEqual([
    { address: '192.168.0.4', name: 'node-a.node', since: 0 },
  ]);
});
