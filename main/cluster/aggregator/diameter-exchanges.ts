import { u32be } from '../../../app/bytes/integers.ts';
import type { CaptureBatch, FilterRecord } from '../../../app/capture/batch.ts';
import type { CaptureEvent } from '../../../app/capture/document.ts';
import { type CoreOutput, REASON_QUEUE_FULL } from './core-output.ts';
import { Observation, type ObservationContext } from './observation.ts';

type MessageEvent = Extract<CaptureEvent, { kind: 'message' }>;

export interface DiameterExchangesOptions {
  /** Requests waiting for an answer; beyond, the oldest is given up. */
  readonly maximumWaiting: number;
  /** Milliseconds after which no answer is expected any more. */
  readonly giveUpAfter: number;
}

interface Waiting {
  readonly observation: Observation;
  readonly request: MessageEvent;
  readonly since: number;
  shown: boolean;
  lost: boolean;
  /** Answered or given up. */
  over: boolean;
}

const HEADER_LENGTH = 20;

/** Pairs Diameter requests and answers of one connection by hop-by-hop and end-to-end identifier (RFC 6733 section 3). */
export class DiameterExchanges {
  /** Oldest first. The key begins with the connection's. */
  private readonly waiting = new Map<string, Waiting>();
  /** Requests of the batch that is being taken. */
  private readonly unshown: Waiting[] = [];
  private readonly options: DiameterExchangesOptions;
  private readonly context: ObservationContext;
  private readonly output: CoreOutput;
  /** Requests given up without an answer. */
  unanswered = 0;

  constructor(options: DiameterExchangesOptions, context: ObservationContext, output: CoreOutput) {
    this.options = options;
    this.context = context;
    this.output = output;
  }

  get size(): number {
    return this.waiting.size;
  }

  take(batch: CaptureBatch, record: FilterRecord, now: number, time: bigint): void {
    const connection = `${batch.instance}/${record.stream}`;
    for (const event of record.events) {
      if (event.kind === 'message') this.message(batch, record, connection, event, now, time);
    }
    if (record.final) this.closed(connection, time);
  }

  /**
   * Sends on what still waits for its answer at the end of a batch: once the batch is called taken, nothing of it may be here
   * alone, where the end of this program would lose it without a count.
   */
  showWaiting(time: bigint): void {
    for (const waiting of this.unshown) {
      if (!waiting.shown && !waiting.over) this.show(waiting, time);
    }
    this.unshown.length = 0;
  }

  tick(now: number, time: bigint): void {
    for (const [key, waiting] of this.waiting) {
      if (now - waiting.since < this.options.giveUpAfter) return;
      this.giveUp(key, waiting, time);
    }
  }

  private message(
    batch: CaptureBatch,
    record: FilterRecord,
    connection: string,
    event: MessageEvent,
    now: number,
    time: bigint,
  ): void {
    const key = event.bytes.length < HEADER_LENGTH ? null : pairingKey(connection, event);
    const asked = key === null || event.side === 'request' ? undefined : this.waiting.get(key);
    if (key !== null && asked) {
      this.waiting.delete(key);
      asked.observation.describe(record);
      this.send(asked, asked.shown ? [event] : [asked.request, event], true, time);
      return;
    }
    const observation = this.observe(batch, record, event);
    if (!observation) return;
    // The message is a view of its whole batch, which must not be held for as long as an answer may take.
    const request = { ...event, bytes: event.bytes.slice() };
    const started: Waiting = { observation, request, since: now, shown: false, lost: false, over: false };
    // An answer without its request, and what cannot be paired, stands by itself.
    if (key === null || event.side === 'answer') this.send(started, [event], true, time);
    else this.wait(key, started, time);
  }

  private wait(key: string, started: Waiting, time: bigint): void {
    const earlier = this.waiting.get(key);
    if (earlier) this.giveUp(key, earlier, time);
    this.waiting.set(key, started);
    this.unshown.push(started);
    if (this.waiting.size <= this.options.maximumWaiting) return;
    for (const [oldest, waiting] of this.waiting) {
      this.giveUp(oldest, waiting, time);
      return;
    }
  }

  private observe(batch: CaptureBatch, record: FilterRecord, event: MessageEvent): Observation | null {
    if (!record.connection) {
      this.output.lose(batch.node, 'message', 1, 'connection not known');
      return null;
    }
    // The number of the record is the message's in its connection: the same after a restart of the aggregator.
    const id = `${batch.node.namespace}/${batch.node.pod}/${batch.instance}/${record.stream}/${record.part}`;
    const observation = new Observation(id, batch.node, record.connection, event.time, this.context);
    observation.describe(record);
    return observation;
  }

  /** The connection is gone, so no answer will come. */
  private closed(connection: string, time: bigint): void {
    for (const [key, waiting] of this.waiting) if (key.startsWith(`${connection} `)) this.giveUp(key, waiting, time);
  }

  private show(waiting: Waiting, time: bigint): void {
    waiting.shown = true;
    this.send(waiting, [waiting.request], false, time);
  }

  private giveUp(key: string, waiting: Waiting, time: bigint): void {
    this.waiting.delete(key);
    this.unanswered++;
    this.send(waiting, waiting.shown ? [] : [waiting.request], true, time);
  }

  private send(waiting: Waiting, events: readonly CaptureEvent[], final: boolean, time: bigint): void {
    const { observation } = waiting;
    const pcap = observation.packetsOf(events, final, time);
    const { part } = observation;
    const taken =
      !waiting.lost &&
      this.output.capture({ type: 'capture', part, final, metadata: observation.metadata(), events, pcap });
    if (taken) {
      observation.part++;
    } else {
      waiting.lost = true;
      if (events.length > 0) this.output.lose(observation.pod, 'message', events.length, REASON_QUEUE_FULL);
    }
    waiting.over = final;
    if (final) observation.release();
  }
}

/** The same for a request and its answer: connection, who asked, hop-by-hop and end-to-end identifier. */
function pairingKey(connection: string, { side, from, bytes }: MessageEvent): string {
  const asker = (side === 'request') === (from === 'source') ? 's' : 'd';
  return `${connection} ${asker} ${u32be(bytes, 12)} ${u32be(bytes, 16)}`;
}
