import type { Endpoint, PodIdentity } from '../model/endpoint.ts';

/** Which side of the call the sidecar stood at: the consumer's (outbound) or the producer's (inbound). */
export type Role = 'consumer' | 'producer';

/** Protocol spoken with the sidecar on its downstream side, as Envoy names it. gRPC is found by its content type. */
export type CapturedProtocol = 'http/1.0' | 'http/1.1' | 'http/2' | 'http/3' | 'diameter' | 'tcp';

/**
 * What the aggregator knows about one captured exchange. It travels in each capture document, and as the JSON comment on
 * the first packet of the exchange in a session file, so that a session opened again gives the same flows.
 */
export interface CaptureMetadata {
  /** Version of this shape. */
  readonly version: 1;
  /** Unique for one observation of one exchange: `<namespace>/<pod>/<vm instance>/<stream>[/<exchange>]`. */
  readonly id: string;
  readonly role: Role;
  readonly pod: PodIdentity;
  readonly protocol: CapturedProtocol;
  /** The sidecar's downstream connection: who connected. */
  readonly source: Endpoint;
  /** The sidecar's downstream connection: what it connected to. */
  readonly destination: Endpoint;
  /** Where the sidecar passed the exchange on to; absent when it answered by itself. */
  readonly upstream?: Endpoint;
  /** Envoy's upstream cluster: `outbound|50051||shipping.shop.svc.cluster.local`. */
  readonly upstreamCluster?: string;
  /** Envoy's connection id, unique in one proxy until it restarts. */
  readonly connection: string;
  /** Envoy's response code details, `via_upstream` when the application answered. */
  readonly responseCodeDetails?: string;
  /** Envoy's response flags: `UF`, `UT`, `DC`, … */
  readonly responseFlags?: string;
  /** Names of header fields whose values were replaced before they left the aggregator. */
  readonly redacted?: readonly string[];
  /** True body lengths where a body was cut at the limit or shed under pressure. */
  readonly cut?: { readonly request?: number; readonly answer?: number };
  /** The exchange was reset rather than finished. */
  readonly reset?: true;
  /** Parts of the exchange that the filter had to drop, counted. */
  readonly lostParts?: number;
}
