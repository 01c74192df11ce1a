import type { Endpoint } from '../../app/model/endpoint.ts';

/** Header fields as Envoy's header maps hold them: lower case, pseudo-header fields first. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** What a sidecar knows of a downstream connection. */
export interface TappedConnection {
  readonly id: number;
  readonly role: 'consumer' | 'producer';
  readonly protocol: 'http/1.1' | 'http/2' | 'tcp';
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** Where the sidecar passes on to, and the name of that cluster. */
  readonly upstream: Endpoint;
  readonly upstreamCluster: string;
}

/** How an exchange ended, in Envoy's words. */
export interface ExchangeOutcome {
  readonly reset: boolean;
  /** `via_upstream`, `upstream_reset_before_response_started{connection_failure}`, … */
  readonly responseCodeDetails: string;
  /** The bits of Envoy's response flags. */
  readonly responseFlags: number;
}

/** One HTTP exchange as the filter sees it go by. Nothing that it does comes back to the sidecar. */
export interface HttpTap {
  requestHeaders(headers: HeaderPairs, end: boolean): void;
  requestBody(bytes: Uint8Array, end: boolean): void;
  requestTrailers(trailers: HeaderPairs): void;
  responseHeaders(headers: HeaderPairs, end: boolean): void;
  responseBody(bytes: Uint8Array, end: boolean): void;
  responseTrailers(trailers: HeaderPairs): void;
  done(outcome: ExchangeOutcome): void;
}

/** One TCP connection as the filter sees it go by. */
export interface TcpTap {
  downstreamData(bytes: Uint8Array, end: boolean): void;
  upstreamData(bytes: Uint8Array, end: boolean): void;
  close(): void;
}

/** Where a sidecar hands what it sees: the capture filter. */
export interface Tap {
  http(connection: TappedConnection): HttpTap;
  tcp(connection: TappedConnection): TcpTap;
}
