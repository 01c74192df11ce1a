import type { EventName, Events, Handlers, RequestName, Settings } from '../../../app/api/contract.ts';
import type { SessionInfo } from '../../../app/api/session-types.ts';
import type { ClusterCard, FlowRow, Order, StreamMessage } from '../../../app/api/types.ts';
import { RequestError } from '../../../main/engine/api/request-error.ts';
import { demoCard } from './cluster-cards.ts';
import { clusterHandlers } from './clusters.ts';
import { madeUpBody, madeUpDetail } from './detail.ts';
import { emulatorHandlers } from './emulator-answers.ts';
import { beginning, madeUpFlow } from './flows.ts';

export interface MadeUpEngine {
  readonly handlers: Handlers;
  /** Where events go. */
  listen(listener: <N extends EventName>(name: N, data: Events[N]) => void): () => void;
  /** Lets `count` more flows come in. */
  append(count: number): void;
  /** Answers a request in another way from now on. */
  replace<N extends RequestName>(name: N, handler: Handlers[N]): void;
  /** As if something had happened in a cluster. */
  setCluster(id: string, change: Partial<ClusterCard>): ClusterCard;
}

/**
 * An engine with made-up flows, to drive the view where the real one cannot make what is wanted: a million rows, a
 * chosen rate, states that are hard to reach. Filters are plain text here: a flow matches when its target or its method has it.
 */
export function createMadeUpEngine(flows: number, cards: readonly ClusterCard[] = []): MadeUpEngine {
  let total = flows;
  let version = 1;
  let clusters: readonly ClusterCard[] = [...cards, demoCard(flows > 0)];
  let settings: Settings = { wiresharkPath: '', helmPath: '', chartPaths: {}, protoPaths: [], recentCaptures: [] };
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
      canFollow: false,
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

  const counts = new Map<string, number>();

  /** Asked for again and again: of a million flows it takes its time. */
  function count(filter: string): number {
    const key = `${total} ${filter}`;
    const known = counts.get(key) ?? matching(filter, { column: 'status', descending: false })?.length ?? total;
    counts.set(key, known);
    return known;
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
      const bytes = Buffer.from(slice).toString('base64');
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
      return { total: count, untyped: false, messages: indexes.map((index) => message(flow, index)) };
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
    'flows.counts': ({ filters }) => ({ counts: filters.map(count) }),
    'filter.values': () => ({ values: [] }),
    ...clusterHandlers(() => clusters, setCluster),
    ...emulatorHandlers(session, (reading) => emit('emulator.changed', { reading })),
    'session.info': session,
    'session.open': session,
    'session.cancelOpen': session,
    'session.new': session,
    'session.cancelSave': () => ({}),
    'session.save': ({ target }) => ({
      path: target?.path ?? '',
      download: target ? '' : 'download/none',
      flows: total,
      bytes: total * 1_400,
    }),
    'session.list': () => ({ sessions: [] }),
    'session.remove': () => ({ sessions: [] }),
    'wireshark.open': () => ({
      started: false,
      path: '',
      arguments: [],
      file: '/tmp/session.pcapng',
      advice: 'Wireshark was not found. Install it from wireshark.org, or set its path in the settings.',
    }),
    'schema.info': () => ({ sources: [] }),
    'schema.load': ({ paths }) => ({
      sources: paths.map((path) => ({ path, messages: 0, methods: 0, problems: [] })),
    }),
    // As in a browser, where the page reads and downloads values files itself.
    'values.open': refuseValues,
    'values.save': refuseValues,
    'settings.get': () => settings,
    'settings.set': (changes) => {
      settings = { ...settings, ...changes };
      return settings;
    },
  };

  return {
    handlers,
    replace(name, handler) {
      Object.assign(handlers, { [name]: handler });
    },
    setCluster,
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

function refuseValues(): never {
  throw new RequestError('values.path', 'Choose the values file in the dialog.');
}

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
