import type { Endpoint } from '../model/endpoint.ts';
import type { CaptureEvent, LossKind } from './document.ts';
import type { CapturedProtocol, Role } from './metadata.ts';

/** Identity of the pod as the proxy's node metadata gives it (Istio: NAME, NAMESPACE, WORKLOAD_NAME, SERVICE_ACCOUNT, LABELS). */
export interface ProxyNode {
  readonly pod: string;
  readonly namespace: string;
  readonly workload: string;
  readonly serviceAccount: string;
  readonly nodeName: string;
  /** Istio's canonical service, or the `app` label, or ''. */
  readonly service: string;
}

/** A count that only grows while the VM lives, so that a batch seen twice or lost changes nothing. */
export interface CumulativeDrop {
  readonly kind: LossKind;
  readonly reason: string;
  readonly count: number;
}

/** What is known of a downstream connection; the filter sends it with every record. */
export interface RecordConnection {
  readonly id: string;
  readonly role: Role;
  readonly protocol: CapturedProtocol;
  readonly source: Endpoint;
  readonly destination: Endpoint;
}

/**
 * One exchange, or the part of it that is new since its last record. Diameter: one record is one message, with `stream`
 * the connection's number in the VM; requests and answers are paired by the aggregator.
 */
export interface FilterRecord {
  readonly mode: 'http' | 'diameter';
  /** Number of the exchange (Diameter: of the connection) in the VM, from 1. */
  readonly stream: number;
  /**
   * Counts from 0 for each `stream`. A hole means that a part was dropped: the filter sends the next part of a stream
   * only when the batch with the last one is settled, so parts arrive in order. Diameter: a final record without events
   * says that the connection was closed.
   */
  readonly part: number;
  readonly final: boolean;
  readonly connection: RecordConnection | null;
  /** Known once the exchange was routed. */
  readonly upstream: Endpoint | null;
  readonly upstreamCluster: string;
  readonly responseCodeDetails: string;
  readonly responseFlags: string;
  readonly reset: boolean;
  readonly events: readonly CaptureEvent[];
}

/** What one `http_call` of the filter carries. A batch without records is a heartbeat. */
export interface CaptureBatch {
  /** Random identity of the VM (one for each Envoy worker and start), 16 hexadecimal digits. */
  readonly instance: string;
  /** Counts from 0 for each `instance`; a retried batch keeps its number. */
  readonly sequence: number;
  /** Batches with a lower sequence than this are settled: taken or given up, and will not come again. */
  readonly settled: number;
  readonly node: ProxyNode;
  readonly capturing: boolean;
  /** Exchanges and Diameter messages seen while capturing since the VM started. */
  readonly exchangesSeen: number;
  readonly messagesSeen: number;
  readonly drops: readonly CumulativeDrop[];
  readonly records: readonly FilterRecord[];
}
