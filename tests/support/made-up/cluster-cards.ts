import type { ClusterCard } from '../../../app/api/types.ts';

/** Of the cluster that has an Aspen Mesh. */
export const aspenCluster = 'carrier';

const off: Omit<ClusterCard, 'id' | 'name' | 'kind' | 'summary'> = {
  state: 'off',
  problem: '',
  connection: { state: 'none', since: 0, nextTry: null },
  pods: 0,
  flowsPerSecond: 0,
  lost: 0,
  losses: [],
  until: null,
  holder: '',
  slotInPlace: false,
  steps: [],
};

const connected: ClusterCard['connection'] = { state: 'connected', since: 0, nextTry: null };

const coming: Partial<ClusterCard> = {
  state: 'capturing',
  connection: connected,
  flowsPerSecond: 1_284,
  lost: 312,
  losses: [
    { namespace: 'shop', pod: 'catalog-5c44', stage: 'filter', kind: 'exchange', reason: 'queue full', count: 300 },
    { namespace: 'shop', pod: 'cart-66b8', stage: 'aggregator', kind: 'body', reason: 'memory', count: 12 },
  ],
};

export function demoCard(capturing: boolean): ClusterCard {
  const card: ClusterCard = { ...off, id: 'demo', name: 'demo', kind: 'demo', summary: 'Built-in · 10 services' };
  return capturing ? { ...card, ...coming, pods: 10, holder: 'this program' } : card;
}

/** A card of a kubeconfig's context that is off and in order. */
export function contextCard(name: string, summary: string, change: Partial<ClusterCard> = {}): ClusterCard {
  return { ...off, id: name, name, kind: 'kubernetes', summary, ...change };
}

/** One context of each kind: capturing, in order, without permission, not to be reached. */
export function contextCards(): readonly ClusterCard[] {
  return [
    contextCard('prod-eu-1', 'Istio 1.28.1 · shop, epc · HTTP + Diameter 3868', {
      ...coming,
      pods: 142,
      until: Date.now() + (24 * 60 + 31) * 1_000,
      holder: 'anna@example.org on laptop-7',
    }),
    contextCard('staging', 'Istio 1.28.1 · ready'),
    contextCard(aspenCluster, 'Aspen Mesh 1.11.8-am1.4 · ready'),
    contextCard('edge-lab', 'Istio 1.27.3', {
      state: 'degraded',
      connection: connected,
      pods: 12,
      holder: 'ben@example.org on laptop-2',
      until: Date.now() + 9 * 60_000,
      problem: 'The aggregator of node-3 does not start.',
    }),
    contextCard('old-lab', '', {
      state: 'unreachable',
      problem: 'The certificate of the user old-lab-admin expired on 2026-03-01.',
    }),
  ];
}

/** What a card becomes when capture is on. */
export function capturingChange(pods: number, until: number | null): Partial<ClusterCard> {
  return { ...coming, lost: 0, losses: [], pods, until, holder: 'you@example.org on this-machine' };
}
