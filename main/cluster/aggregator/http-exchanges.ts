import type { CaptureBatch, FilterRecord } from '../../../app/capture/batch.ts';
import type { CaptureEvent } from '../../../app/capture/document.ts';
import { type CoreOutput, REASON_QUEUE_FULL, REASON_START_UNKNOWN } from './core-output.ts';
import { Observation, type ObservationContext } from './observation.ts';
import type { Redactor } from './redact.ts';

export interface HttpExchangesOptions {
  /** Open exchanges remembered; beyond, the one that was silent for longest is closed. */
  readonly maximumOpen: number;
  /** Milliseconds of silence after which an open exchange is closed. */
  readonly idle: number;
}

interface OpenExchange {
  readonly observation: Observation;
  nextPart: number;
  touched: number;
  /** The first part found no room: what follows is of no use, and is counted already. */
  lost: boolean;
}

const NOTHING = new Uint8Array(0);

/** HTTP exchanges whose parts come over time: each record becomes a part of a capture. */
export class HttpExchanges {
  /** Least recently touched first. */
  private readonly open = new Map<string, OpenExchange>();
  private readonly options: HttpExchangesOptions;
  private readonly context: ObservationContext;
  private readonly output: CoreOutput;
  private readonly redactor: Redactor;
  /** Closed because there were too many, or because nothing came for too long. */
  evicted = 0;

  constructor(options: HttpExchangesOptions, context: ObservationContext, output: CoreOutput, redactor: Redactor) {
    this.options = options;
    this.context = context;
    this.output = output;
    this.redactor = redactor;
  }

  get size(): number {
    return this.open.size;
  }

  take(batch: CaptureBatch, record: FilterRecord, now: number, time: bigint): void {
    const key = `${batch.instance}/${record.stream}`;
    const exchange = this.open.get(key) ?? this.start(batch, record, now, time);
    if (!exchange) {
      this.output.lose(batch.node, 'part', 1, REASON_START_UNKNOWN);
      return;
    }
    exchange.touched = now;
    this.open.delete(key);
    if (!record.final) this.open.set(key, exchange);
    exchange.observation.lostParts += Math.max(0, record.part - exchange.nextPart);
    exchange.nextPart = record.part + 1;
    exchange.observation.describe(record);
    if (!exchange.lost) this.send(exchange, record.events, record.final, time);
    if (record.final) exchange.observation.release();
    if (this.open.size > this.options.maximumOpen) this.evictOldest(time);
  }

  /** Closes what has been silent for too long. */
  tick(now: number, time: bigint): void {
    for (const exchange of this.open.values()) {
      if (now - exchange.touched < this.options.idle) return;
      this.evictOldest(time);
    }
  }

  /** Null when the record goes on with an exchange whose beginning this aggregator does not have. */
  private start(batch: CaptureBatch, record: FilterRecord, now: number, time: bigint): OpenExchange | null {
    if (record.part !== 0 || !record.connection) return null;
    const { namespace, pod } = batch.node;
    const id = `${namespace}/${pod}/${batch.instance}/${record.stream}`;
    const start = record.events[0]?.time ?? time;
    const observation = new Observation(id, batch.node, record.connection, start, this.context);
    return { observation, nextPart: 0, touched: now, lost: false };
  }

  private send(exchange: OpenExchange, captured: readonly CaptureEvent[], final: boolean, time: bigint): void {
    const { observation } = exchange;
    const redacted = this.redactor.apply(captured, observation.redacted);
    const events = this.output.crowded ? this.withoutBodies(observation, redacted) : redacted;
    const pcap = observation.packetsOf(events, final, time);
    const { part } = observation;
    if (this.output.capture({ type: 'capture', part, final, metadata: observation.metadata(), events, pcap })) {
      observation.part++;
    } else if (part === 0) {
      exchange.lost = true;
      this.output.lose(observation.pod, 'exchange', 1, REASON_QUEUE_FULL);
    } else {
      observation.lostParts++;
      this.output.lose(observation.pod, 'part', 1, REASON_QUEUE_FULL);
    }
  }

  private withoutBodies(observation: Observation, events: readonly CaptureEvent[]): readonly CaptureEvent[] {
    let shed = 0;
    const rest = events.map((event) => {
      if (event.kind !== 'data') return event;
      shed += event.bytes.length;
      return { ...event, bytes: NOTHING };
    });
    if (shed > 0) this.output.lose(observation.pod, 'body', shed, REASON_QUEUE_FULL);
    return rest;
  }

  private evictOldest(time: bigint): void {
    for (const [key, exchange] of this.open) {
      this.open.delete(key);
      this.evicted++;
      if (!exchange.lost) this.send(exchange, [], true, time);
      exchange.observation.release();
      return;
    }
  }
}
