import { setImmediate } from 'node:timers/promises';
import type { Handlers } from '../../../app/api/contract.ts';
import type { DiameterDictionary } from '../../../app/decode/diameter/dictionary.ts';
import type { ProtobufSchema } from '../../../app/decode/protobuf/schema.ts';
import { InvalidFilter } from '../../../app/filter/invalid-filter.ts';
import type { FlowIndex } from '../../../app/index/flow-index.ts';
import type { FlowView } from '../../../app/index/flow-view.ts';
import type { LossTimeline } from '../session/loss-timeline.ts';
import type { SessionHost } from '../session/session-host.ts';
import { BodyReader } from './body-reader.ts';
import { flowDetail } from './flow-detail.ts';
import { RequestError } from './request-error.ts';
import { streamMessages } from './stream-messages.ts';

export interface FlowHandlerOptions {
  readonly host: SessionHost;
  readonly losses: LossTimeline;
  /** Read when it is first needed. */
  readonly dictionary: () => DiameterDictionary;
  /** Types of gRPC messages that were loaded. */
  readonly schema: () => ProtobufSchema;
  /** A filter that reads from disk got further. */
  readonly onProgress: () => void;
}

/** How long one request looks at flows whose details are on disk, and how long each turn after it. Milliseconds. */
const firstLook = 40;
const turn = 10;
/** Flows looked at between two looks at the clock. */
const step = 200;

function advance(view: FlowView, time: number): number {
  const end = performance.now() + time;
  let left = view.pending;
  while (left > 0 && performance.now() < end) left = view.advance(step);
  return left;
}

function countOf(index: FlowIndex, filter: string): number | null {
  try {
    return index.count(filter);
  } catch (error) {
    if (error instanceof InvalidFilter) return null;
    throw error;
  }
}

/** The requests about flows. */
export function flowHandlers(options: FlowHandlerOptions) {
  const { host, losses } = options;
  const bodies = new BodyReader();
  const scanned = new Set<string>();

  function index() {
    return host.session.flows.index;
  }

  function exists(id: number): void {
    if (id >= host.session.flows.count) throw new RequestError('flow.unknown', `There is no flow ${id}.`);
  }

  function sources() {
    const { flows, spill } = host.session;
    return { flows, spill, dictionary: options.dictionary() };
  }

  /** Goes on with a filter that needs details between other work, as long as its session is shown. */
  async function scan(view: FlowView, name: string): Promise<void> {
    if (scanned.has(name)) return;
    scanned.add(name);
    const { session } = host;
    while (session === host.session && advance(view, turn) > 0) {
      options.onProgress();
      await setImmediate();
    }
    scanned.delete(name);
    options.onProgress();
  }

  return {
    'flows.window': ({ filter, order, offset, limit }) => {
      const current = index();
      const view = current.query(filter, order);
      const pending = advance(view, firstLook);
      if (pending > 0) void scan(view, `${filter}\n${order.column}`);
      const { version, total } = current;
      const window = { version, total, matching: view.matching, offset, rows: view.window(offset, limit) };
      return pending === 0 ? window : { ...window, pending };
    },
    'flows.locate': ({ id, filter, order }) => {
      exists(id);
      const view = index().query(filter, order);
      advance(view, firstLook);
      return { position: view.locate(id) };
    },
    'flows.detail': ({ id }) => {
      exists(id);
      index();
      return flowDetail(id, sources());
    },
    'flows.body': ({ id, side, form, offset, limit }) => {
      exists(id);
      return bodies.slice(host.session, { id, side, form, offset, limit });
    },
    'flows.messages': ({ id, offset, limit }) => {
      exists(id);
      return streamMessages(host.session, options.schema(), { id, offset, limit });
    },
    'flows.overview': ({ filter, buckets }) => losses.mark(index().overview(filter, buckets)),
    'flows.counts': ({ filters }) => {
      const current = index();
      return { counts: filters.map((filter) => countOf(current, filter)) };
    },
    'filter.values': ({ field, text, limit }) => ({ values: index().values(field, text, limit) }),
  } satisfies Partial<Handlers>;
}
