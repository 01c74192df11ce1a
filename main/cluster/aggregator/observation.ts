import type { FilterRecord, ProxyNode, RecordConnection } from '../../../app/capture/batch.ts';
import type { CaptureEvent } from '../../../app/capture/document.ts';
import type { CaptureMetadata } from '../../../app/capture/metadata.ts';
import { isEndedByCaller } from '../../../app/capture/response-flags.ts';
import type { ClientPorts } from '../../../app/synth/client-ports.ts';
import { ExchangePackets, type PacketBuffers } from '../../../app/synth/exchange-packets.ts';

/** What the observations of one aggregator share. */
export interface ObservationContext {
  readonly ports: ClientPorts;
  readonly buffers: PacketBuffers;
  /** Name of the node that the aggregator runs on, for proxies that do not say it. */
  readonly node: string;
}

/** One sidecar's observation of one exchange: its metadata as known so far, and its packets. */
export class Observation {
  readonly id: string;
  /** Names of header fields that were redacted. */
  readonly redacted = new Set<string>();
  /** Parts that are known to be missing. */
  lostParts = 0;
  /** Parts sent. */
  part = 0;
  private readonly node: ProxyNode;
  private readonly connection: RecordConnection;
  private readonly context: ObservationContext;
  private readonly pair: string;
  private readonly port: number;
  private readonly packets: ExchangePackets;
  private latest: FilterRecord | null = null;
  private reset = false;
  private readonly request = { length: 0, stored: 0 };
  private readonly answer = { length: 0, stored: 0 };

  constructor(id: string, node: ProxyNode, connection: RecordConnection, start: bigint, context: ObservationContext) {
    const { source, destination, role, protocol } = connection;
    this.id = id;
    this.node = node;
    this.connection = connection;
    this.context = context;
    this.pair = `${source.address} ${destination.address} ${destination.port}`;
    this.port = context.ports.take(this.pair, destination.port, role);
    this.packets = new ExchangePackets({
      protocol,
      client: { address: source.address, port: this.port },
      server: destination,
      // Another one whenever the ports come round again (RFC 9293 section 3.4.1 takes a clock, too).
      initialSequence: Number((start / 1024n) & 0xffffffffn),
      buffers: context.buffers,
    });
  }

  get pod(): { namespace: string; pod: string } {
    return this.node;
  }

  /** Takes over what a record says of the exchange as a whole. */
  describe(record: FilterRecord): void {
    this.latest = record;
    if (record.reset) this.reset = true;
  }

  /** The packets of these events; to be called for each part once, in order. */
  packetsOf(events: readonly CaptureEvent[], final: boolean, now: bigint): Uint8Array {
    for (const event of events) {
      if (event.kind !== 'data' && event.kind !== 'message') continue;
      const count = event.side === 'request' ? this.request : this.answer;
      count.length += event.length;
      count.stored += event.bytes.length;
    }
    return this.packets.add(events, final, now, isEndedByCaller(this.latest?.responseFlags ?? ''));
  }

  metadata(): CaptureMetadata {
    const { node, connection, latest, request, answer, redacted } = this;
    const requestCut = request.length > request.stored;
    const answerCut = answer.length > answer.stored;
    return {
      version: 1,
      id: this.id,
      role: connection.role,
      pod: {
        namespace: node.namespace,
        pod: node.pod,
        service: node.service,
        workload: node.workload,
        node: node.nodeName || this.context.node,
        serviceAccount: node.serviceAccount,
      },
      protocol: connection.protocol,
      source: connection.source,
      destination: connection.destination,
      ...(latest?.upstream ? { upstream: latest.upstream } : {}),
      ...(latest?.upstreamCluster ? { upstreamCluster: latest.upstreamCluster } : {}),
      connection: connection.id,
      ...(latest?.responseCodeDetails ? { responseCodeDetails: latest.responseCodeDetails } : {}),
      ...(latest?.responseFlags ? { responseFlags: latest.responseFlags } : {}),
      ...(redacted.size > 0 ? { redacted: [...redacted] } : {}),
      ...(requestCut || answerCut
        ? {
            cut: {
              ...(requestCut ? { request: request.length } : {}),
              ...(answerCut ? { answer: answer.length } : {}),
            },
          }
        : {}),
      ...(this.reset ? { reset: true } : {}),
      ...(this.lostParts > 0 ? { lostParts: this.lostParts } : {}),
    };
  }

  /** No part will follow: the client port may serve another exchange. */
  release(): void {
    this.context.ports.release(this.pair, this.port);
  }
}
