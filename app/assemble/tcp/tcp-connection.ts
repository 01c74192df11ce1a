import type { CaptureMetadata } from '../../capture/metadata.ts';
import type { EndReason } from '../../decode/stream-decoder.ts';
import type { Nanoseconds } from '../../model/exchange.ts';
import { addressOfWords, type NetworkPacket } from '../../packet/network-packet.ts';
import type { MemoryBudget } from '../memory-budget.ts';
import type { ConversationHost, ConversationReceiver, Side, StreamReceiver } from '../transport.ts';
import type { HistoryRings } from './history-rings.ts';
import { TcpSide } from './tcp-side.ts';

/** A TCP connection: its two sides, and the conversation once it has bytes. Side 0 sent the first packet captured. */
export class TcpConnection implements StreamReceiver {
  readonly stream: number;
  readonly sides: readonly [TcpSide, TcpSide];
  readonly portA: number;
  readonly portB: number;
  /** Who opened it; null when the handshake was not captured. */
  client: Side | null = null;
  /** A sidecar's capture: nothing comes late in it, so that what did not come in its turn was never captured. */
  isSynthetic = false;

  /** Links of the connection table: same hash, and order of last use, of the open ones or of those that have ended. */
  readonly hash: number;
  nextInChain: TcpConnection | null = null;
  newer: TcpConnection | null = null;
  older: TcpConnection | null = null;
  isRetired = false;
  /** When its last segment came, by the clock of `TcpAssembler.expire`. */
  usedAt = 0;

  private readonly version: 4 | 6;
  private readonly a0: number;
  private readonly a1: number;
  private readonly a2: number;
  private readonly a3: number;
  private readonly b0: number;
  private readonly b1: number;
  private readonly b2: number;
  private readonly b3: number;
  private readonly interfaceName: string;
  private readonly host: ConversationHost;
  private conversation: ConversationReceiver | null = null;
  private metadata: CaptureMetadata | null = null;
  /** `metadata.id`, also when the connection has ended. */
  captureId: string | null = null;

  constructor(
    host: ConversationHost,
    memory: MemoryBudget,
    rings: HistoryRings,
    hash: number,
    packet: NetworkPacket,
    sourcePort: number,
    destinationPort: number,
    interfaceName: string,
  ) {
    this.host = host;
    this.hash = hash;
    this.stream = host.nextStream();
    this.interfaceName = interfaceName;
    this.version = packet.version;
    this.a0 = packet.source0;
    this.a1 = packet.source1;
    this.a2 = packet.source2;
    this.a3 = packet.source3;
    this.b0 = packet.destination0;
    this.b1 = packet.destination1;
    this.b2 = packet.destination2;
    this.b3 = packet.destination3;
    this.portA = sourcePort;
    this.portB = destinationPort;
    this.sides = [new TcpSide(this, 0, memory, rings), new TcpSide(this, 1, memory, rings)];
    this.sides[0].peer = this.sides[1];
    this.sides[1].peer = this.sides[0];
  }

  /** Which side sent the packet, or -1 when it is not of this connection. */
  sideOf(packet: NetworkPacket, sourcePort: number, destinationPort: number): Side | -1 {
    if (packet.version !== this.version) return -1;
    if (
      sourcePort === this.portA &&
      destinationPort === this.portB &&
      packet.source3 === this.a3 &&
      packet.destination3 === this.b3 &&
      packet.source0 === this.a0 &&
      packet.source1 === this.a1 &&
      packet.source2 === this.a2 &&
      packet.destination0 === this.b0 &&
      packet.destination1 === this.b1 &&
      packet.destination2 === this.b2
    ) {
      return 0;
    }
    if (
      sourcePort === this.portB &&
      destinationPort === this.portA &&
      packet.source3 === this.b3 &&
      packet.destination3 === this.a3 &&
      packet.source0 === this.b0 &&
      packet.source1 === this.b1 &&
      packet.source2 === this.b2 &&
      packet.destination0 === this.a0 &&
      packet.destination1 === this.a1 &&
      packet.destination2 === this.a2
    ) {
      return 1;
    }
    return -1;
  }

  get hasEnded(): boolean {
    return this.sides[0].hasEnded && this.sides[1].hasEnded;
  }

  /** The metadata is that of another exchange than the one whose packets these are. */
  isOtherCapture(metadata: CaptureMetadata): boolean {
    return this.captureId !== null && this.captureId !== metadata.id;
  }

  capture(metadata: CaptureMetadata): void {
    this.isSynthetic = true;
    this.captureId = metadata.id;
    if (this.hasEnded) return;
    this.metadata = metadata;
    this.conversation?.capture(metadata);
  }

  /** Hands over what either side has held back for bytes of the other that are here now. Returns whether there was any. */
  settle(time: Nanoseconds | null): boolean {
    const [first, second] = this.sides;
    let any = false;
    while ((first.isBlocked && first.drain(time)) || (second.isBlocked && second.drain(time))) any = true;
    return any;
  }

  /** Ends both sides now; what waits for missing bytes is handed over first, in the order in which it was sent. */
  finish(reason: EndReason, time: Nanoseconds): void {
    const [first, second] = this.sides;
    while (first.pending.count > 0 || second.pending.count > 0) {
      // What stood behind a hole came when it came: nothing that has arrived now lets it go.
      if (!this.settle(null)) this.mostStuck().skipHole();
    }
    first.finish(reason, time);
    second.finish(reason, time);
  }

  /** Whose missing bytes everything else waits for. */
  private mostStuck(): TcpSide {
    const [first, second] = this.sides;
    const firstHole = first.isBlocked ? undefined : first.pending.first;
    const secondHole = second.isBlocked ? undefined : second.pending.first;
    if (firstHole !== undefined && secondHole !== undefined) return firstHole.time <= secondHole.time ? first : second;
    if (firstHole !== undefined) return first;
    if (secondHole !== undefined) return second;
    // Nothing came behind the missing bytes; or each waits for the other, which no real connection does.
    return first.isBlocked && !second.isBlocked ? second : first;
  }

  data(side: Side, bytes: Uint8Array, time: Nanoseconds): void {
    (this.conversation ?? this.open()).data(side, bytes, time);
  }

  gap(side: Side, length: number, time: Nanoseconds): void {
    (this.conversation ?? this.open()).gap(side, length, time);
  }

  end(side: Side, reason: EndReason, time: Nanoseconds): void {
    this.conversation?.end(side, reason, time);
    if (!this.hasEnded) return;
    // It is remembered for what comes late, and what it was made of is not.
    this.conversation = null;
    this.metadata = null;
  }

  conflict(side: Side, offset: number, length: number): void {
    this.conversation?.conflict(side, offset, length);
  }

  private open(): ConversationReceiver {
    const conversation = this.host.open({
      stream: this.stream,
      transport: 'tcp',
      ends: [
        { address: addressOfWords(this.version, this.a0, this.a1, this.a2, this.a3), port: this.portA },
        { address: addressOfWords(this.version, this.b0, this.b1, this.b2, this.b3), port: this.portB },
      ],
      interfaceName: this.interfaceName,
      client: this.client,
      startsInTheMiddle: this.client === null,
      protocolName: '',
    });
    this.conversation = conversation;
    if (this.metadata !== null) conversation.capture(this.metadata);
    return conversation;
  }
}
