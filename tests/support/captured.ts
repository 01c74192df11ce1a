import type { CaptureBatch, FilterRecord, RecordConnection } from '../../app/capture/batch.ts';
import type { CaptureEvent } from '../../app/capture/document.ts';

type Side = 'request' | 'answer';
export type FieldList = readonly (readonly [string, string])[];

/** The first event of a test, nanoseconds since the epoch. */
export const START = 1_790_000_000_123_456_789n;
const encoder = new TextEncoder();

/** Events of one exchange as a filter sees them, each a millisecond after the one before. */
export class CapturedEvents {
  readonly events: CaptureEvent[] = [];
  private time: bigint;

  constructor(start = START) {
    this.time = start;
  }

  headers(side: Side, headers: FieldList): this {
    return this.add({ kind: 'headers', side, time: this.tick(), headers });
  }

  trailers(side: Side, headers: FieldList): this {
    return this.add({ kind: 'trailers', side, time: this.tick(), headers });
  }

  /** `length` is more than the bytes where some were cut. */
  data(side: Side, bytes: Uint8Array | string, length?: number): this {
    const body = typeof bytes === 'string' ? encoder.encode(bytes) : bytes;
    return this.add({ kind: 'data', side, time: this.tick(), bytes: body, length: length ?? body.length });
  }

  message(side: Side, from: 'source' | 'destination', bytes: Uint8Array, length = bytes.length): this {
    return this.add({ kind: 'message', side, from, time: this.tick(), bytes, length });
  }

  end(side: Side, reset = false): this {
    return this.add({ kind: 'end', side, time: this.tick(), reset });
  }

  private add(event: CaptureEvent): this {
    this.events.push(event);
    return this;
  }

  private tick(): bigint {
    this.time += 1_000_000n;
    return this.time;
  }
}

export function requestFields(method: string, path: string, more: FieldList = []): FieldList {
  return [
    [':authority', 'cart.shop.svc.cluster.local:8080'],
    [':path', path],
    [':method', method],
    [':scheme', 'http'],
    ['user-agent', 'test/1'],
    ...more,
  ];
}

export function answerFields(status: number, more: FieldList = []): FieldList {
  return [[':status', String(status)], ['server', 'envoy'], ...more];
}

/** A request without body and its answer. */
export function simpleExchange(path: string, body: string, status = 200, start = START): readonly CaptureEvent[] {
  return new CapturedEvents(start)
    .headers('request', requestFields('GET', path))
    .end('request')
    .headers(
      'answer',
      answerFields(status, [
        ['content-length', String(body.length)],
        ['content-type', 'text/plain'],
      ]),
    )
    .data('answer', body)
    .end('answer').events;
}

export const testConnection: RecordConnection = {
  id: '77',
  role: 'producer',
  protocol: 'http/1.1',
  source: { address: '10.42.0.7', port: 53_210 },
  destination: { address: '10.42.0.9', port: 8080 },
};

export function recordOf(
  stream: number,
  events: readonly CaptureEvent[],
  more: Partial<FilterRecord> = {},
): FilterRecord {
  return {
    mode: 'http',
    stream,
    part: 0,
    final: true,
    connection: testConnection,
    upstream: { address: '127.0.0.6', port: 8080 },
    upstreamCluster: 'inbound|8080||',
    responseCodeDetails: 'via_upstream',
    responseFlags: '',
    reset: false,
    events,
    ...more,
  };
}

export function batchOf(
  sequence: number,
  records: readonly FilterRecord[],
  more: Partial<CaptureBatch> = {},
): CaptureBatch {
  return {
    instance: '00000000000000a1',
    sequence,
    settled: sequence,
    node: {
      pod: 'cart-6464c65b66-4c8jl',
      namespace: 'shop',
      workload: 'cart',
      serviceAccount: 'cart',
      nodeName: 'node-a',
      service: 'cart',
    },
    capturing: true,
    exchangesSeen: records.length,
    messagesSeen: 0,
    drops: [],
    records,
    ...more,
  };
}
