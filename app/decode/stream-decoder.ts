import type { Body, BodyStore, Conversation, Direction, ExchangeSink, Nanoseconds } from '../model/exchange.ts';
import type { Problem } from '../model/problem.ts';

/** How one direction of a conversation came to its end. */
export type EndReason = 'fin' | 'reset' | 'capture-end';

/**
 * A sans-IO decoder of one conversation: bytes in, exchanges and problems out; no clock, no I/O, no exception. `bytes`
 * are only valid during the call; what has to be kept is copied or put in the store.
 */
export interface StreamDecoder {
  data(direction: Direction, bytes: Uint8Array, time: Nanoseconds): void;
  /** `length` bytes of that direction are missing from the capture (0 when not known). */
  gap(direction: Direction, length: number, time: Nanoseconds): void;
  end(direction: Direction, reason: EndReason, time: Nanoseconds): void;
}

/**
 * The bytes of a body as far as they are in the store, with the codings of a Content-Encoding field undone, at once and within
 * bounds of the reader's own; null where that cannot be done. What the platform has of compression is put in from outside.
 */
export type ReadContent = (body: Body, contentEncoding: string) => Uint8Array | null;

/** What a decoder is given when it starts on a conversation. */
export interface DecodeContext {
  readonly conversation: Conversation;
  readonly sink: ExchangeSink;
  readonly store: BodyStore;
  /** Null: what is within a content coding is not looked into. */
  readonly readContent: ReadContent | null;
  /** The next number for an exchange. */
  nextExchangeNumber(): number;
  /** A problem of the conversation that belongs to no exchange. */
  problem(problem: Problem): void;
  /** Hands the rest of the conversation over to another protocol of the registry: h2c, WebSocket. The decoder is not called again. */
  become(decoder: StreamDecoder): void;
  /** The first bytes of the conversation were not captured. */
  readonly startsInTheMiddle: boolean;
}

/** What sniffing says of the first bytes of a direction: `more` asks again when more has come. */
export type Sniffed = 'yes' | 'no' | 'more';

/**
 * Where the bytes that are sniffed come from: the first of their direction; anywhere in it, because what came before was not
 * captured or was of no protocol; or anywhere in a conversation of which the capture itself says that it is of this protocol.
 */
export type SniffedPlace = 'start' | 'middle' | 'named';

/** What a protocol is, and how it is recognised. The registry is the only list of them. */
export interface ProtocolDescriptor {
  /** Wireshark's short name: `http`, `http2`, `diameter`. */
  readonly name: string;
  /** Names of the fields that its messages have, Wireshark's where it has them. What they say is in app/filter. */
  readonly fields: readonly string[];
  /** Ports where it is tried first. */
  readonly ports: readonly number[];
  /** It is not looked for in connections: only where a capture itself says that this is it. */
  readonly onlyByName?: true;
  /**
   * Looks at the first bytes seen of a direction, on any port. Where the handshake was not captured both directions are
   * asked about the same bytes, so that an answer that depends on the direction tells who is the client. Bytes that are
   * refused are dropped, and later segments of the conversation are offered in their turn.
   */
  sniff(direction: Direction, head: Uint8Array, place: SniffedPlace): Sniffed;
  create(context: DecodeContext): StreamDecoder;
}
