import type { Role } from '../capture/metadata.ts';
import type { Endpoint, PodIdentity } from '../model/endpoint.ts';
import type { ExchangeState, Header } from '../model/exchange.ts';
import type { FlowSummary } from '../model/flow.ts';
import type { Problem } from '../model/problem.ts';
import type { Step } from './cluster-types.ts';

/** A flow as the list draws it. `id` is dense and stays for the session. */
export interface FlowRow extends FlowSummary {
  readonly id: number;
}

/** What the list can be ordered by: columns of `FlowSummary`, and `id`, the order of arrival. */
export const orderColumns = [
  'id',
  'time',
  'duration',
  'protocol',
  'source',
  'destination',
  'method',
  'target',
  'status',
  'size',
] as const;

/** The list's order: a column and a direction. */
export interface Order {
  readonly column: (typeof orderColumns)[number];
  readonly descending: boolean;
}

/** Totals of the session, emitted at most once a frame. */
export interface FlowsChanged {
  /** Grows with every change of the index. */
  readonly version: number;
  readonly total: number;
  readonly open: number;
}

export interface FlowWindow {
  readonly version: number;
  readonly total: number;
  /** Flows that match the filter. */
  readonly matching: number;
  /** Flows not filtered yet, because the filter needs data from disk; absent when there are none. */
  readonly pending?: number;
  readonly offset: number;
  readonly rows: readonly FlowRow[];
}

/** What is known of one side's message, without its body bytes. */
export interface HttpDetail {
  readonly kind: 'http';
  /** `GET /path HTTP/1.1` or `HTTP/1.1 200 OK`, also for HTTP/2. */
  readonly startLine: string;
  readonly headers: readonly Header[];
  readonly trailers: readonly Header[];
  /** Stored and true length of the body. */
  readonly stored: number;
  readonly length: number;
  readonly contentType: string;
  readonly contentEncoding: string;
  readonly complete: boolean;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  readonly endTime: number;
}

/** An AVP of RFC 6733 section 4, decoded by the dictionary. */
export interface AvpDetail {
  readonly code: number;
  readonly vendorId: number;
  /** Dictionary name, `Unknown-<code>` where there is none. */
  readonly name: string;
  readonly vendor: string;
  readonly mandatory: boolean;
  /** AVP format: OctetString, Integer32, Unsigned32, Grouped, Address, Time, UTF8String, DiameterIdentity, Enumerated … */
  readonly type: string;
  /** Value as text; '' for grouped ones. Enumerated values carry their name: `INITIAL_REQUEST (1)`. */
  readonly value: string;
  readonly children: readonly AvpDetail[];
  /** Byte range in the message. */
  readonly range: readonly [number, number];
  readonly problem?: string;
}

export interface DiameterDetail {
  readonly kind: 'diameter';
  /** `Credit-Control-Request (272)`. */
  readonly command: string;
  readonly application: string;
  /** `R P - -` flags in words: `Request`, `Proxiable`, `Error`, `Retransmitted`. */
  readonly flags: readonly string[];
  readonly hopByHopId: number;
  readonly endToEndId: number;
  readonly avps: readonly AvpDetail[];
  readonly stored: number;
  readonly length: number;
  readonly startTime: number;
  readonly endTime: number;
}

export type MessageDetail = HttpDetail | DiameterDetail;

/** The call as one sidecar (or, in packet files, the wire) saw it. Times in milliseconds by that place's own clock. */
export interface ObservationDetail {
  readonly vantage: Role | 'wire';
  readonly pod: PodIdentity | null;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly upstream: Endpoint | null;
  readonly upstreamCluster: string;
  readonly protocol: string;
  readonly connection: string;
  readonly responseCodeDetails: string;
  readonly responseFlags: string;
  readonly requestStart: number | null;
  readonly requestEnd: number | null;
  readonly answerStart: number | null;
  readonly answerEnd: number | null;
  readonly state: ExchangeState;
  readonly captureId: string;
  readonly redacted: readonly string[];
}

/** Everything that the detail pane shows, except bodies and stream messages. */
export interface FlowDetail {
  readonly row: FlowRow;
  readonly request: MessageDetail | null;
  readonly answer: MessageDetail | null;
  readonly informational: readonly HttpDetail[];
  readonly observations: readonly ObservationDetail[];
  /** What happened, in sentences: "The application never answered: the producer's side saw no such call." */
  readonly notes: readonly string[];
  readonly problems: readonly Problem[];
}

/** The form of a body: with its content coding undone, or as on the wire. */
export type BodyForm = 'decoded' | 'raw';

/** Most bytes of a body in one answer. */
export const largestBodySlice = 4 << 20;

/** A slice of a body. */
export interface BodySlice {
  readonly form: BodyForm;
  /** Total length in this form, as far as stored. */
  readonly total: number;
  readonly offset: number;
  /** Base64. */
  readonly bytes: string;
  /** What the content is: 'json', 'xml', 'form', 'multipart', 'text', 'image', 'protobuf', 'grpc', 'hex'. */
  readonly kind: string;
  readonly mediaType: string;
  readonly charset: string;
  /** Why decoding stopped early (a bomb, an unknown coding, a broken stream); '' when it did not. */
  readonly stopped: string;
}

/** A message of a gRPC, gRPC-Web or WebSocket stream. */
export interface StreamMessage {
  readonly index: number;
  readonly side: 'request' | 'answer';
  readonly time: number;
  readonly length: number;
  /** gRPC compressed flag, or WebSocket permessage-deflate. */
  readonly compressed: boolean;
  /** 'message' for gRPC, 'trailers' at the end of gRPC-Web; WebSocket opcode name: text, binary, ping, pong, close. */
  readonly type: string;
  /** JSON or a field tree as text, cut at 64 KiB. */
  readonly text: string;
  readonly complete: boolean;
}

export interface StreamMessages {
  readonly total: number;
  /** They are protobuf of a type that was not loaded: shown by field numbers. */
  readonly untyped: boolean;
  readonly messages: readonly StreamMessage[];
}

/** A cluster's capture state machine. */
export type ClusterState = 'off' | 'enabling' | 'capturing' | 'degraded' | 'disabling' | 'unreachable';

/** Loss beside the pod it belongs to. */
export interface PodLoss {
  readonly namespace: string;
  readonly pod: string;
  readonly stage: string;
  readonly kind: string;
  readonly reason: string;
  readonly count: number;
}

/** The connection to a cluster's receiver. Times in milliseconds since the epoch. */
export interface ReceiverConnection {
  readonly state: 'none' | 'connecting' | 'connected' | 'reconnecting';
  /** When this state began. */
  readonly since: number;
  /** Time of the next attempt; null during one, and when none is needed. */
  readonly nextTry: number | null;
}

/** One cluster of the left panel. */
export interface ClusterCard {
  readonly id: string;
  readonly name: string;
  readonly kind: 'demo' | 'kubernetes';
  readonly state: ClusterState;
  /** `Built-in · 10 services`, `Istio 1.28 · shop, epc`. */
  readonly summary: string;
  /** What is wrong, and what to do; or ''. */
  readonly problem: string;
  readonly connection: ReceiverConnection;
  readonly pods: number;
  readonly flowsPerSecond: number;
  readonly lost: number;
  readonly losses: readonly PodLoss[];
  /** Milliseconds since the epoch when capture ends by itself; null when it does not. */
  readonly until: number | null;
  /** Who switched it on: user and machine; '' while it is off. */
  readonly holder: string;
  /** The slot is left in the proxies, idle: switching on drains nothing, and it can be removed. */
  readonly slotInPlace: boolean;
  /** Steps of the current, or else the last, switching on or off. */
  readonly steps: readonly Step[];
}

/** The message types for gRPC found in one place. */
export interface SchemaSource {
  /** A folder with .proto files, a .proto file or a descriptor set. */
  readonly path: string;
  /** Types that no earlier place has. */
  readonly messages: number;
  readonly methods: number;
  /** What could not be used: `orders.proto:12: …`. */
  readonly problems: readonly Problem[];
}

/** The message types that were loaded for gRPC. */
export interface SchemaInfo {
  readonly sources: readonly SchemaSource[];
}

/** One value of a field with how often it occurs. */
export interface ValueCount {
  readonly value: string;
  readonly count: number;
}

/** A slice of time for the strip above the list. */
export interface OverviewBucket {
  readonly count: number;
  readonly errors: number;
  readonly lost: number;
}

export interface Overview {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly buckets: readonly OverviewBucket[];
}
