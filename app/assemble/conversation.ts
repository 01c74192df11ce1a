import type { CaptureMetadata } from '../capture/metadata.ts';
import type {
  DecodeContext,
  EndReason,
  ProtocolDescriptor,
  ReadContent,
  StreamDecoder,
} from '../decode/stream-decoder.ts';
import type { BodyStore, Conversation, Direction, ExchangeSink, Nanoseconds } from '../model/exchange.ts';
import type { Problem } from '../model/problem.ts';
import { CaptureSink } from './capture-sink.ts';
import type { MemoryBudget } from './memory-budget.ts';
import { ProtocolSniffer, type RecognisedProtocol } from './protocol-sniffer.ts';
import type { ConversationOrigin, ConversationReceiver, Side } from './transport.ts';

/** What all conversations of a dissector share. */
export interface DecodeEnvironment {
  readonly protocols: readonly ProtocolDescriptor[];
  readonly sink: ExchangeSink;
  readonly store: BodyStore;
  readonly readContent: ReadContent | null;
  readonly memory: MemoryBudget;
  nextExchangeNumber(): number;
  problem(problem: Problem, conversation: Conversation): void;
  /** A conversation has turned out to be of no known protocol. */
  unknownConversation(isTls: boolean): void;
  /** Bytes went by that belong to no known protocol. */
  ignored(length: number): void;
}

/** So many problems of one conversation are reported; more say nothing new. */
const MAXIMUM_PROBLEMS = 100;

/**
 * A conversation from its first bytes on: finds out who is the client and which protocol it is, then hands everything to
 * the protocol's decoder. A decoder that throws is let go with its conversation, and so is every decoder once both ends
 * have ended.
 */
export class AssembledConversation implements ConversationReceiver {
  private readonly environment: DecodeEnvironment;
  private readonly origin: ConversationOrigin;
  private sniffer: ProtocolSniffer | null;
  private decoder: StreamDecoder | null = null;
  private conversation: Conversation | null = null;
  private metadata: CaptureMetadata | null = null;
  private clientSide: Side = 0;
  private readonly ends: [End | null, End | null] = [null, null];
  private problems = 0;
  private captureSink: CaptureSink | null = null;

  constructor(environment: DecodeEnvironment, origin: ConversationOrigin) {
    this.environment = environment;
    this.origin = origin;
    this.sniffer = new ProtocolSniffer(environment.protocols, origin, environment.memory);
  }

  capture(metadata: CaptureMetadata): void {
    this.metadata = metadata;
    if (this.conversation !== null) this.conversation.capture = metadata;
  }

  data(side: Side, bytes: Uint8Array, time: Nanoseconds): void {
    if (this.decoder === null) {
      this.sniff(side, bytes, time);
      return;
    }
    try {
      this.decoder.data(this.directionOf(side), bytes, time);
    } catch (error) {
      this.letGo(error);
    }
  }

  gap(side: Side, length: number, time: Nanoseconds): void {
    this.recogniseHeld(side);
    this.sniffer?.drop(side);
    try {
      this.decoder?.gap(this.directionOf(side), length, time);
    } catch (error) {
      this.letGo(error);
    }
  }

  end(side: Side, reason: EndReason, time: Nanoseconds): void {
    this.recogniseHeld(side);
    this.ends[side] = { reason, time };
    if (this.decoder !== null) this.endDecoder(side, reason, time);
    else if (this.ends[1 - side] !== null && this.sniffer !== null) this.giveUp(this.sniffer);
    if (this.ends[1 - side] !== null) this.release();
  }

  conflict(side: Side, offset: number, length: number): void {
    const from = this.directionOf(side) === 0 ? 'client' : 'server';
    const text = `The ${from} sent bytes again with different values. The first ones were used.`;
    this.report({ severity: 'warning', code: 'tcp.overlap.conflict', text, range: [offset, length] });
  }

  private sniff(side: Side, bytes: Uint8Array, time: Nanoseconds): void {
    const { sniffer } = this;
    if (sniffer === null) {
      this.environment.ignored(bytes.length);
      return;
    }
    const result = sniffer.offer(side, bytes, time);
    if (result === 'wait') return;
    if (result === 'unknown') {
      this.giveUp(sniffer);
      return;
    }
    this.begin(sniffer, result, bytes.length);
    this.data(side, bytes, time);
    this.endAsBefore();
  }

  /** Looks a last time at what is held of a side that does not go on from there. */
  private recogniseHeld(side: Side): void {
    const { sniffer } = this;
    const recognised = sniffer?.lookAgain(side) ?? null;
    if (sniffer === null || recognised === null) return;
    this.begin(sniffer, recognised, 0);
    this.endAsBefore();
  }

  /** Tells the decoder which sides had ended before it was started. */
  private endAsBefore(): void {
    this.ends.forEach((end, index) => {
      if (end !== null) this.endDecoder(index === 0 ? 0 : 1, end.reason, end.time);
    });
  }

  /** Starts the decoder with what the sniffer held; `current` bytes that it was offered last come separately. */
  private begin(sniffer: ProtocolSniffer, recognised: RecognisedProtocol, current: number): void {
    this.sniffer = null;
    this.environment.ignored(sniffer.unused - current);
    const held = sniffer.takeHeld();
    this.start(recognised, sniffer.isIncomplete);
    for (const chunk of held) this.data(chunk.side, chunk.bytes, chunk.time);
  }

  /** The conversation is of no protocol that is known. */
  private giveUp(sniffer: ProtocolSniffer): void {
    this.sniffer = null;
    sniffer.takeHeld();
    this.environment.ignored(sniffer.unused);
    this.environment.unknownConversation(sniffer.isTls);
  }

  private start({ protocol, client }: RecognisedProtocol, startsInTheMiddle: boolean): void {
    const { environment, origin } = this;
    this.clientSide = client;
    const conversation: Conversation = {
      stream: origin.stream,
      transport: origin.transport,
      client: origin.ends[client],
      server: origin.ends[client === 0 ? 1 : 0],
      interfaceName: origin.interfaceName,
      capture: this.metadata,
    };
    this.conversation = conversation;
    if (this.metadata !== null) this.captureSink = new CaptureSink(environment.sink);
    const context: DecodeContext = {
      conversation,
      sink: this.captureSink ?? environment.sink,
      store: environment.store,
      readContent: environment.readContent,
      nextExchangeNumber: environment.nextExchangeNumber,
      problem: (problem) => this.report(problem),
      become: (decoder) => {
        this.decoder = decoder;
      },
      startsInTheMiddle,
    };
    try {
      this.decoder = protocol.create(context);
    } catch (error) {
      this.letGo(error);
    }
  }

  /** Nothing comes any more. */
  private release(): void {
    this.captureSink?.captureEnded();
    this.decoder = null;
    this.sniffer = null;
  }

  private endDecoder(side: Side, reason: EndReason, time: Nanoseconds): void {
    try {
      this.decoder?.end(this.directionOf(side), reason, time);
    } catch (error) {
      this.letGo(error);
    }
  }

  /** A decoder should never throw. If it does, only its conversation is lost. */
  private letGo(error: unknown): void {
    this.release();
    const reason = error instanceof Error ? error.message : String(error);
    const text = `Decoding of this conversation was stopped by an internal error: ${reason}`;
    this.report({ severity: 'error', code: 'decoder.failed', text });
  }

  private directionOf(side: Side): Direction {
    return side === this.clientSide ? 0 : 1;
  }

  private report(problem: Problem): void {
    if (this.conversation !== null && this.problems++ < MAXIMUM_PROBLEMS) {
      this.environment.problem(problem, this.conversation);
    }
  }
}

interface End {
  readonly reason: EndReason;
  readonly time: Nanoseconds;
}
