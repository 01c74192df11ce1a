import type { Endpoint, PodIdentity } from './endpoint.ts';
import type { ExchangeState, Protocol, Transport } from './exchange.ts';

/** One typed status for every protocol. `error`: 5xx, non-zero grpc-status, or Result-Code >= 3000. */
export interface Status {
  readonly kind: 'http' | 'grpc' | 'diameter' | 'diameter-experimental';
  readonly code: number;
  /** What the list shows: `200`, `UNAVAILABLE`, `2001`. */
  readonly text: string;
  readonly error: boolean;
}

/** One end of a call: pod names where known, else only the address. */
export interface Party extends PodIdentity, Endpoint {}

/** What filters ask of a Diameter exchange beside its Session-Id, out of the request (or the answer where there is none). RFC 6733. */
export interface DiameterSummary {
  readonly commandCode: number;
  readonly applicationId: number;
  readonly originHost: string;
  readonly originRealm: string;
  readonly destinationHost: string;
  readonly destinationRealm: string;
}

/**
 * One call, joined from the observations of the consumer's and the producer's sidecar: what the list shows, the index
 * holds and filters see without reading bodies. Times are milliseconds since the epoch with fractions.
 */
export interface FlowSummary {
  protocol: Protocol;
  /** Start by the consumer's clock if it saw the call, else the producer's. */
  time: number;
  /** Milliseconds from the first byte of the request to the last of the answer; null while open or unanswered. */
  duration: number | null;
  source: Party;
  destination: Party;
  /** HTTP method; gRPC method name; Diameter command by its abbreviation (`CCR-U`, `RAR`). */
  method: string;
  /** Path and query; gRPC `package.Service/Method`; Diameter `<application> · <Session-Id>`. */
  target: string;
  /** Host without port; Diameter Destination-Realm. */
  host: string;
  status: Status | null;
  state: ExchangeState;
  /** Body bytes that really went by (Diameter: message bytes). */
  requestSize: number;
  answerSize: number;
  /** gRPC, gRPC-Web and WebSocket messages: request side, answer side. */
  messageCount: readonly [number, number];
  /** A body was cut at the limit or shed. */
  cut: boolean;
  /** Parts of it are missing in the capture. */
  lossy: boolean;
  /** Which observations were joined. */
  vantage: 'consumer' | 'producer' | 'both' | 'wire';
  /** Most severe problem, or null. */
  severity: 'note' | 'warning' | 'error' | null;
  /** Anything of the answer was seen. */
  answered: boolean;
  /** What carried it. */
  transport: Transport;
  /** Number of the conversation (`tcp.stream`). */
  stream: number;
  /** HTTP/2 stream identifier where the call was timed; absent elsewhere. */
  streamId?: number;
  /** Diameter only. */
  diameter?: DiameterSummary;
  /** Diameter Session-Id or ''. */
  sessionId: string;
  /** x-request-id or ''. */
  requestId: string;
  /** W3C trace id out of traceparent, or ''. RFC: https://www.w3.org/TR/trace-context/ */
  traceId: string;
}
