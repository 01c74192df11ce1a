import type { CaptureMetadata } from '../capture/metadata.ts';
import type { EndReason } from '../decode/stream-decoder.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Conversation, Nanoseconds } from '../model/exchange.ts';

/** One of the two ends of a connection, by the order in which they were captured: 0 sent the first packet. */
export type Side = 0 | 1;

/** What a transport knows of a connection when its first bytes come. */
export interface ConversationOrigin {
  readonly stream: number;
  readonly transport: Conversation['transport'];
  /** Addresses of side 0 and side 1. */
  readonly ends: readonly [Endpoint, Endpoint];
  readonly interfaceName: string;
  /** Who opened the connection; null when that was not captured. */
  readonly client: Side | null;
  /** The first bytes were not captured. */
  readonly startsInTheMiddle: boolean;
  /** The registry's name of the protocol, where the capture itself tells it; else ''. */
  readonly protocolName: string;
}

/** Takes the bytes that both sides of a connection sent, in order. */
export interface StreamReceiver {
  /** `bytes` are only valid during the call. */
  data(side: Side, bytes: Uint8Array, time: Nanoseconds): void;
  /** `length` bytes of that side are missing from the capture. */
  gap(side: Side, length: number, time: Nanoseconds): void;
  end(side: Side, reason: EndReason, time: Nanoseconds): void;
  /** Bytes of a side were captured twice with different values; those that came first were taken. */
  conflict(side: Side, offset: number, length: number): void;
}

/** A conversation as its transport sees it. TCP, SCTP and exported PDUs all end here. */
export interface ConversationReceiver extends StreamReceiver {
  /** What the sidecar said about the exchange in this conversation, again whenever more is known. */
  capture(metadata: CaptureMetadata): void;
}

/** What the dissector offers to transports. */
export interface ConversationHost {
  /** The number of a new conversation, dense over all transports. */
  nextStream(): number;
  /** Called when the first bytes of a connection come. */
  open(origin: ConversationOrigin): ConversationReceiver;
}
