import type { CaptureEvent } from '../capture/document.ts';
import type { Direction, Nanoseconds } from '../model/exchange.ts';

export type HeadersEvent = Extract<CaptureEvent, { kind: 'headers' | 'trailers' }>;
export type DataEvent = Extract<CaptureEvent, { kind: 'data' }>;

/** What is known of the rest of a message when one of its events is written, out of the events that came with it. */
export interface Following {
  /** The same side's next event, or null. */
  readonly next: CaptureEvent | null;
  /** All the rest of the same side's message is there, nothing of it cut. */
  readonly whole: boolean;
}

/** Where a protocol's writer sends bytes: a conversation and the packets under construction. Bytes are copied during the call. */
export interface WireOutput {
  send(direction: Direction, bytes: Uint8Array, time: Nanoseconds): void;
  /** As `send`, for bytes that must be read without what follows them. See `TcpConversation.sendTruncated`. */
  sendTruncated(direction: Direction, bytes: Uint8Array, time: Nanoseconds): void;
  /** Bytes of the stream that went by and were not kept. */
  skip(direction: Direction, length: number): void;
}

/** Turns the events of one exchange back into the bytes of its protocol. */
export interface MessageWriter {
  /** Called once, before the first event. */
  begin(time: Nanoseconds): void;
  headers(event: HeadersEvent, following: Following): void;
  data(event: DataEvent, following: Following): void;
  end(side: 'request' | 'answer', time: Nanoseconds): void;
  /** The side broke off; true when the protocol itself said so, false when the connection has to be reset. */
  reset(side: 'request' | 'answer', time: Nanoseconds): boolean;
}

export function directionOf(side: 'request' | 'answer'): Direction {
  return side === 'request' ? 0 : 1;
}
