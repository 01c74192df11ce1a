import { expect, it } from 'vitest';
import { clusterSummary } from './cluster-summary.ts';

const pods = (...namespaces: string[]) => namespaces.map((namespace) => ({ namespace }));
const mesh = { product: 'Istio', version: '1.28.1', revisions: ['default 1.28.1'] } as const;

it.each([
  [null, [], null, 'no Istio'],
  [mesh, [], null, 'Istio 1.28.1 · no sidecars'],
  [mesh, pods('shop', 'epc', 'shop'), null, 'Istio 1.28.1 · 3 sidecars in epc, shop'],
  [mesh, pods('shop'), { http: true, diameterPort: null }, 'Istio 1.28.1 · 1 sidecar in shop · HTTP'],
  [mesh, pods('epc'), { http: false, diameterPort: 3868 }, 'Istio 1.28.1 · 1 sidecar in epc · Diameter 3868'],
  [
    { ...mesh, revisions: ['default 1.28.1', 'canary 1.29.0'] },
    pods('a', 'b', 'c', 'd'),
    { http: true, diameterPort: 3868 },
    'Istio 1.28.1 (default 1.28.1, canary 1.29.0) · 4 sidecars in a, b and 2 more · HTTP + Diameter 3868',
  ],
])('says of %o, %o, %o', (of, where, capture, expected) => {
  expect(clusterSummary(of, where, capture)).toBe(expected);
});
