import type { CaptureMetadata } from '../capture/metadata.ts';
import type { Endpoint } from './endpoint.ts';
import type { Problem } from './problem.ts';

/** Nanoseconds since the Unix epoch. */
export type Nanoseconds = bigint;

/** 0: from the client (who opened the connection) to the server. 1: from the server to the client. */
export type Direction = 0 | 1;

export type Protocol = 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2' | 'gRPC' | 'gRPC-Web' | 'WebSocket' | 'Diameter';

/** What carried a conversation; a PDU that Wireshark exported has no transport of its own. */
export type Transport = 'tcp' | 'sctp' | 'exported-pdu';

/** A connection that messages were found in, named as seen by the side that opened it. */
export interface Conversation {
  /** Dense number in order of appearance, what Wireshark calls `tcp.stream`. */
  readonly stream: number;
  readonly transport: Transport;
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** `if_name` of the pcapng interface, or ''. */
  readonly interfaceName: string;
  /** What the sidecar said about the exchange in this conversation; null for packets that other tools captured. Filled in as parts arrive. */
  capture: CaptureMetadata | null;
}

/** A header field in the order of the wire. RFC 9110 section 5. */
export interface Header {
  /** Names as on the wire (HTTP/2: lower case, pseudo-header fields with their colon). */
  readonly name: string;
  readonly value: string;
  /** `name` or `value` needed an HPACK table entry from before the capture; the unknown one is ''. */
  readonly unknown?: true;
}

/** A run of body bytes as they arrived, kept in the body store. */
export interface BodyChunk {
  readonly time: Nanoseconds;
  /** Where the bytes begin in the body store. */
  readonly offset: number;
  /** Grows while bytes of the same time follow at once. */
  length: number;
  /** Bytes of the body that are missing from the capture just before this chunk (which may itself be empty). */
  readonly lostBefore?: number;
}

/** A body after transfer coding was removed and before content coding was (RFC 9110 section 8.4). */
export interface Body {
  readonly chunks: BodyChunk[];
  /** Bytes that are in the store: the sum of the chunks. */
  stored: number;
  /** Bytes that the body really has, as far as known; more than `stored` when it was cut or lost. */
  length: number;
}

/** One direction of an HTTP exchange. */
export interface HttpMessage {
  readonly kind: 'http';
  readonly startTime: Nanoseconds;
  /** Time of the last byte seen so far. */
  endTime: Nanoseconds;
  /** '1.0', '1.1', '2'. */
  readonly version: string;
  /** Request only. RFC 9110 section 9. */
  readonly method: string;
  /** Request only: path and query as sent (`:path`, or the request target). */
  readonly target: string;
  /** Request only: `:scheme` or ''. */
  readonly scheme: string;
  /** Request only: `:authority` or `host`. */
  readonly authority: string;
  /** Answer only; 0 when unknown. */
  readonly status: number;
  /** Answer only, HTTP/1: the reason phrase. */
  readonly reason: string;
  readonly headers: Header[];
  trailers: Header[];
  readonly body: Body;
  /** All of it arrived. */
  complete: boolean;
}

/** One Diameter message as it was on the wire; AVPs are decoded from `bytes` when asked for. RFC 6733 section 3. */
export interface DiameterMessage {
  readonly kind: 'diameter';
  readonly startTime: Nanoseconds;
  endTime: Nanoseconds;
  readonly commandCode: number;
  /** Command flags octet: R 0x80, P 0x40, E 0x20, T 0x10. */
  readonly flags: number;
  readonly applicationId: number;
  readonly hopByHopId: number;
  readonly endToEndId: number;
  /** Session-Id AVP (263) or ''. */
  readonly sessionId: string;
  /** Answer only: Result-Code (268), or the code inside Experimental-Result (297); 0 when absent. */
  readonly resultCode: number;
  /** `resultCode` came from Experimental-Result, with this Vendor-Id; else 0. */
  readonly experimentalVendorId: number;
  readonly originHost: string;
  readonly originRealm: string;
  readonly destinationHost: string;
  readonly destinationRealm: string;
  /** CC-Request-Type (416) or 0: 1 initial, 2 update, 3 termination, 4 event. RFC 8506 section 8.3. */
  readonly ccRequestType: number;
  /** The whole message, header included, in the body store. */
  readonly body: Body;
  complete: boolean;
}

export type Message = HttpMessage | DiameterMessage;

/** How far an exchange has come. */
export type ExchangeState =
  /** Still going on. */
  | 'open'
  /** Request and answer are complete. */
  | 'complete'
  /** The connection or the stream was reset before the end. */
  | 'reset'
  /** The connection or the capture ended before the answer was complete. */
  | 'unanswered';

/** One request and its answer as seen at one place. */
export interface Exchange {
  /** Dense number in the dissector that made it. */
  readonly number: number;
  /** May become more precise while the exchange goes on: HTTP/2 to gRPC, HTTP/1.1 to WebSocket. */
  protocol: Protocol;
  readonly conversation: Conversation;
  /** HTTP/2 stream identifier; 0 elsewhere. An HTTP/1.1 request that is upgraded to h2c gets 1. */
  streamId: number;
  /** The side that sent the request: 0 the client of the connection (usual), 1 its server (Diameter RAR, ASR, DPR …). */
  readonly requestDirection: Direction;
  request: Message | null;
  answer: Message | null;
  /** 1xx answers before the final one. */
  readonly informational: HttpMessage[];
  /** gRPC, gRPC-Web and WebSocket: messages counted so far, by direction of the call: [request side, answer side]. */
  readonly messageCount: [number, number];
  state: ExchangeState;
  /** The caller took the call back: RST_STREAM with CANCEL (RFC 9113 section 7), before the answer was complete. */
  cancelled?: true;
  readonly problems: Problem[];
}

/** Where decoders put body bytes: appended, never changed, read again by offset. */
export interface BodyStore {
  /** Takes a copy of `bytes` and returns the offset where they begin. */
  append(bytes: Uint8Array): number;
}

/** Where finished and unfinished exchanges go. An exchange is opened once, changed any number of times, closed once. */
export interface ExchangeSink {
  open(exchange: Exchange): void;
  change(exchange: Exchange): void;
  close(exchange: Exchange): void;
}
