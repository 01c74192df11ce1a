import type { CaptureBatch, ProxyNode } from '../../../app/capture/batch.ts';
import { ClientPorts } from '../../../app/synth/client-ports.ts';
import { createPacketBuffers } from '../../../app/synth/exchange-packets.ts';
import { LossLedger } from '../loss-ledger.ts';
import type { CoreOutput, DocumentSink } from './core-output.ts';
import { DiameterExchanges } from './diameter-exchanges.ts';
import { HttpExchanges } from './http-exchanges.ts';
import { PodRegistry } from './pod-registry.ts';
import { Redactor } from './redact.ts';
import { SentCounts } from './sent-counts.ts';

export interface CoreOptions {
  /** Identity of this run of the aggregator: whose counters its own losses are. */
  readonly instance: string;
  readonly node: string;
  /** Names of header fields whose values are replaced. */
  readonly redact: readonly string[];
  /** Whether captures of a pod are wanted: what is not never leaves its node. */
  readonly isCaptured: (node: ProxyNode) => boolean;
  readonly maximumOpen: number;
  readonly maximumWaiting: number;
  /** Milliseconds. */
  readonly idle: number;
  readonly giveUpAnswerAfter: number;
  readonly heartbeatEvery: number;
}

/** Milliseconds since the epoch. */
export type Clock = () => number;

export interface CoreCounts {
  batches: number;
  duplicates: number;
  records: number;
  outOfScope: number;
  captures: number;
}

/** What became of a batch. `unwanted`: its pod is not to be captured. */
export type Taking = 'taken' | 'duplicate' | 'unwanted';

/** Decoded batches in, documents out; no I/O, the clock is given. */
export class AggregatorCore {
  readonly counts: CoreCounts = { batches: 0, duplicates: 0, records: 0, outOfScope: 0, captures: 0 };
  readonly pods = new PodRegistry();
  readonly http: HttpExchanges;
  readonly diameter: DiameterExchanges;
  private readonly losses = new LossLedger();
  private readonly sent: SentCounts;
  private readonly sink: DocumentSink;
  private readonly clock: Clock;
  private readonly options: CoreOptions;
  private lastHeartbeat = 0;

  constructor(options: CoreOptions, sink: DocumentSink, clock: Clock) {
    this.options = options;
    this.sink = sink;
    this.clock = clock;
    this.sent = new SentCounts(options.instance);
    const output = this.output();
    const context = { ports: new ClientPorts(), buffers: createPacketBuffers(), node: options.node };
    const { maximumOpen, idle, maximumWaiting, giveUpAnswerAfter } = options;
    this.http = new HttpExchanges({ maximumOpen, idle }, context, output, new Redactor(options.redact));
    this.diameter = new DiameterExchanges({ maximumWaiting, giveUpAfter: giveUpAnswerAfter }, context, output);
  }

  /** Takes a batch, unless it was taken before. All its documents are offered to the sink before this returns. */
  takeBatch(batch: CaptureBatch): Taking {
    if (!this.options.isCaptured(batch.node)) {
      this.counts.outOfScope += batch.records.length;
      return 'unwanted';
    }
    const now = this.clock();
    if (!this.pods.take(batch, now)) {
      this.counts.duplicates++;
      return 'duplicate';
    }
    this.counts.batches++;
    this.counts.records += batch.records.length;
    const time = nanoseconds(now);
    for (const record of batch.records) {
      if (record.mode === 'http') this.http.take(batch, record, now, time);
      else this.diameter.take(batch, record, now, time);
    }
    this.diameter.showWaiting(time);
    for (const { kind, reason, count } of batch.drops) {
      const { namespace, pod } = batch.node;
      this.losses.reach({ namespace, pod, stage: 'filter', kind, reason, counter: batch.instance }, count);
    }
    const news = this.pods.news(batch, now, time);
    if (news) this.sink.offer(news);
    return 'taken';
  }

  /** To be called every second or so. */
  tick(): void {
    const now = this.clock();
    const time = nanoseconds(now);
    this.http.tick(now, time);
    this.diameter.tick(now, time);
    this.losses.flush(time, (document) => this.sink.offer(document));
    if (now - this.lastHeartbeat < this.options.heartbeatEvery) return;
    this.lastHeartbeat = now;
    for (const document of this.pods.heartbeats(now, time)) {
      const sent = this.sent.of(`${document.namespace}/${document.pod}`);
      this.sink.offer({ ...document, ...(sent && { sent }) });
    }
  }

  private output(): CoreOutput {
    const { sink, losses, counts, options, sent: sentCounts } = this;
    return {
      capture(document) {
        const pod = `${document.metadata.pod.namespace}/${document.metadata.pod.pod}`;
        const sent = sentCounts.next(pod, document.part);
        if (!sink.offer({ ...document, ...(sent && { sent }) })) return false;
        if (sent) sentCounts.reach(pod, sent);
        counts.captures++;
        return true;
      },
      lose({ namespace, pod }, kind, count, reason) {
        losses.add({ namespace, pod, stage: 'aggregator', kind, reason, counter: options.instance }, count);
      },
      get crowded() {
        return sink.crowded;
      },
    };
  }
}

function nanoseconds(milliseconds: number): bigint {
  return BigInt(Math.round(milliseconds * 1000)) * 1000n;
}
