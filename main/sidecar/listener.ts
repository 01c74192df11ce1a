import type { Endpoint } from '../../app/model/endpoint.ts';
import type { Tap, TappedConnection } from './tap.ts';

/** One listener of a sidecar: what comes in on `listen` goes on to `forward`. Both are paths of local sockets. */
export interface ListenerOptions {
  readonly role: 'consumer' | 'producer';
  readonly listen: string;
  readonly forward: string;
  /** Address of the pod that connects, as this side sees it; the port is made up for each connection. */
  readonly sourceAddress: string;
  readonly destination: Endpoint;
  readonly upstream: Endpoint;
  readonly upstreamCluster: string;
  readonly tap: Tap;
}

/** A running listener. */
export interface Listener {
  close(): Promise<void>;
}

let connections = 0;

/** Names a new downstream connection. The port counts through the ephemeral range of RFC 6335. */
export function nextConnection(options: ListenerOptions, protocol: TappedConnection['protocol']): TappedConnection {
  const id = ++connections;
  return {
    id,
    role: options.role,
    protocol,
    source: { address: options.sourceAddress, port: 49_152 + (id % 16_384) },
    destination: options.destination,
    upstream: options.upstream,
    upstreamCluster: options.upstreamCluster,
  };
}

/** Bits of Envoy's response flags (envoy/stream_info/stream_info.h, CoreResponseFlag). */
export const responseFlag = {
  upstreamConnectionFailure: 1 << 5,
  upstreamConnectionTermination: 1 << 6,
  downstreamConnectionTermination: 1 << 14,
};
