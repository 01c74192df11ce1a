import type { EventName, Events, Handlers } from '../../../app/api/contract.ts';
import type { ClusterCard, FlowRow, Order, SessionInfo, StreamMessage } from '../../../app/api/types.ts';
import { defaultCaptureOptions } from '../../../app/mesh/capture-options.ts';
import { madeUpInventory, madeUpPlan, madeUpPreflight } from './clusters.ts';
import { madeUpBody, madeUpDetail } from './detail.ts';
import { beginning, madeUpFlow } from './flows.ts';

export interface MadeUpEngine {
  readonly handlers: Handlers;
  /** Where events go. */
  listen(listener: <N extends EventName>(name: N, data: Events[N]) => void): () => void;
  /** Lets `count` more flows come in. */
  append(count: number): void;
}

const demo: ClusterCard = {
  id: 'demo',
  name: 'demo',
  kind: 'demo',
  state: 'off',
  summary: 'Built-in · 10 services',
  problem: '',
  connection: 'none',
  pods: 0,
  flowsPerSecond: 0,
  lost: 0,
  losses: [],
  until: null,
  holder: '',
  steps: [],
};

/**
 * An engine with made-up flows, to drive the view where the real one cannot make what is wanted: a million rows, a
 * chosen rate, states that are hard to reach. Filters are plain text here: a flow matches when its target or its method has it.
 */
export function createMadeUpEngine(flows: number): MadeUpEngine {
  let total = flows;
  let version = 1;
  let clusters: readonly ClusterCard[] = [{ ...demo, ...(flows > 0 ? capturing : {}) }];
  const listeners = new Set<<N extends EventName>(name: N, data: Events[N]) => void>();

  function emit<N extends EventName>(name: N, data: Events[N]): void {
    for (const listener of listeners) listener(name, data);
  }

  function setCluster(id: string, change: Partial<ClusterCard>): ClusterCard {
    clusters = clusters.map((card) => (card.id === id ? { ...card, ...change } : card));
    emit('clusters.changed', { clusters: [...clusters] });
    return clusters.find((card) => card.id === id)!;
  }

  function session(): SessionInfo {
    const bytes = total * 1_400;
    return {
      name: 'today 14:02',
      path: '/tmp/session.pcapng',
      bytes,
      memory: 612e6,
      flows: total,
      problems: [],
      reading: null,
    };
  }

  function matching(filter: string, order: Order): Int32Array | null {
    // Time grows with the number.
    if (filter === '' && (order.column === 'id' || order.column === 'time')) return null;
    const ids = new Int32Array(total).map((_, index) => index);
    const kept = filter === '' ? ids : ids.filter((id) => matches(madeUpFlow(id), filter));
    if (order.column !== 'id' && order.column !== 'time') {
      const keys = new Map(Array.from(kept, (id) => [id, sortKey(madeUpFlow(id), order.column)] as const));
      return kept.sort((a, b) => compare(keys.get(a)!, keys.get(b)!) || a - b);
    }
    return kept;
  }

  const handlers: Handlers = {
    'engine.hello': () => ({ version: '0.1.0', mode: 'serve', wireshark: '' }),
    'flows.window': ({ filter, order, offset, limit }) => {
      const ids = matching(filter, order);
      const count = ids ? ids.length : total;
      const rows: FlowRow[] = [];
      for (let at = offset; at < Math.min(count, offset + limit); at++) {
        const place = order.descending ? count - 1 - at : at;
        rows.push(madeUpFlow(ids ? ids[place]! : place));
      }
      return { version, total, matching: count, offset, rows };
    },
    'flows.locate': ({ id, filter, order }) => {
      const ids = matching(filter, order);
      const place = ids ? ids.indexOf(id) : id;
      return { position: order.descending && place >= 0 ? (ids?.length ?? total) - 1 - place : place };
    },
    'flows.detail': ({ id }) => madeUpDetail(id),
    'flows.body': ({ id, side, form, offset, limit }) => {
      const body = madeUpBody(madeUpFlow(id), side);
      const slice = body.bytes.subarray(offset, offset + limit);
      const bytes = btoa(String.fromCharCode(...slice));
      return {
        form,
        total: body.bytes.length,
        offset,
        bytes,
        kind: body.kind,
        mediaType: body.mediaType,
        charset: 'utf-8',
        stopped: '',
      };
    },
    'flows.messages': ({ id, offset, limit }) => {
      const flow = madeUpFlow(id);
      const count = flow.messageCount[0] + flow.messageCount[1];
      const indexes = Array.from({ length: Math.max(0, Math.min(limit, count - offset)) }, (_, at) => offset + at);
      return { total: count, messages: indexes.map((index) => message(flow, index)) };
    },
    'flows.overview': ({ buckets }) => ({
      from: beginning,
      to: beginning + total * 11.37,
      buckets: Array.from({ length: buckets }, (_, at) => {
        const count = total === 0 ? 0 : Math.round((total / buckets) * (0.75 + 0.25 * Math.sin(at / 5)));
        const errors = Math.round(count * (at > buckets * 0.55 && at < buckets * 0.6 ? 0.35 : 0.04));
        return { count, errors, lost: at === Math.floor(buckets * 0.72) ? 312 : 0 };
      }),
    }),
    'filter.values': () => ({ values: [] }),
    'clusters.list': () => ({ clusters: [...clusters] }),
    'clusters.inventory': () => ({ inventory: madeUpInventory, capture: defaultCaptureOptions }),
    'clusters.preflight': () => madeUpPreflight,
    'clusters.plan': () => madeUpPlan,
    'clusters.extend': ({ id, minutes }) => ({
      cluster: setCluster(id, { until: minutes === null ? null : Date.now() + minutes * 60_000 }),
    }),
    'clusters.doctor': () => ({ findings: [] }),
    'clusters.enable': ({ id }) => {
      setTimeout(() => setCluster(id, capturing), 700);
      return { cluster: setCluster(id, { state: 'enabling', connection: 'connecting' }) };
    },
    'clusters.disable': ({ id }) => {
      setTimeout(() => setCluster(id, { ...demo }), 400);
      return {
        cluster: setCluster(id, { state: 'disabling' }),
        remainder: { looked: ['envoyfilters in all namespaces'], left: [] },
      };
    },
    'session.info': session,
    'session.open': session,
    'session.cancelOpen': session,
    'session.new': session,
    'session.save': ({ path }) => ({
      path: path ?? '',
      download: path ? '' : 'download/none',
      flows: total,
      bytes: total * 1_400,
    }),
    'wireshark.open': () => ({
      started: false,
      path: '',
      arguments: [],
      file: '/tmp/session.pcapng',
      advice: 'Wireshark was not found. Install it from wireshark.org, or set its path in the settings.',
    }),
    'schema.info': () => ({ paths: [], messages: 0, methods: 0, problems: [] }),
    'schema.load': ({ paths }) => ({ paths, messages: 0, methods: 0, problems: [] }),
    'settings.get': () => ({ wiresharkPath: '', protoPaths: [] }),
    'settings.set': ({ wiresharkPath = '', protoPaths = [] }) => ({ wiresharkPath, protoPaths }),
  };

  return {
    handlers,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    append(count) {
      total += count;
      version++;
      emit('flows.changed', { version, total, open: Math.ceil(total / 13) });
      if (version % 20 === 0) emit('session.changed', session());
    },
  };
}

const capturing: Partial<ClusterCard> = {
  state: 'capturing',
  connection: 'connected',
  pods: 10,
  flowsPerSecond: 1_284,
  lost: 312,
  losses: [
    { namespace: 'shop', pod: 'catalog-5c44', stage: 'filter', kind: 'exchange', reason: 'queue full', count: 300 },
    { namespace: 'shop', pod: 'cart-66b8', stage: 'aggregator', kind: 'body', reason: 'memory', count: 12 },
  ],
  until: null,
};

function matches(flow: FlowRow, text: string): boolean {
  return flow.target.includes(text) || flow.method.includes(text);
}

function sortKey(flow: FlowRow, column: Order['column']): string | number {
  if (column === 'duration') return flow.duration ?? -1;
  if (column === 'size') return flow.requestSize + flow.answerSize;
  if (column === 'source' || column === 'destination') return `${flow[column].namespace}/${flow[column].pod}`;
  if (column === 'status') return flow.status?.code ?? -1;
  return flow[column];
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function message(flow: FlowRow, index: number): StreamMessage {
  return {
    index,
    side: index === 0 ? 'request' : 'answer',
    time: flow.time + index * 400,
    length: 640 + index,
    compressed: false,
    type: 'message',
    text: JSON.stringify(
      { product: { id: `OLJCESPC${index}`, price: { currency: 'EUR', units: 19 } }, sequence: index },
      null,
      2,
    ),
    complete: true,
  };
}
