import { credentialFields } from '../capture/credential-fields.ts';

/** A workload, by what owns its pods: a Deployment, StatefulSet, DaemonSet or bare pod. */
export interface WorkloadName {
  readonly namespace: string;
  readonly name: string;
}

/** Where captures are wanted. */
export type CaptureArea =
  | { readonly kind: 'mesh' }
  | { readonly kind: 'namespaces'; readonly namespaces: readonly string[] }
  | { readonly kind: 'workloads'; readonly workloads: readonly WorkloadName[] };

/**
 * What becomes of the slot in the proxies' filter chains when capture ends. `remove`: it is taken out, which drains the
 * listeners that it is in. `keep`: it stays, with the filter in it idle, so that nothing drains now or next time.
 */
export type SlotChoice = 'remove' | 'keep';

/** What a user chooses before capture is switched on. */
export interface CaptureOptions {
  readonly area: CaptureArea;
  /** Names or regular expressions that have to match the whole name, as `dont-capture-me-.*`. */
  readonly excludeNamespaces: readonly string[];
  readonly excludePods: readonly string[];
  /** HTTP/1.1, HTTP/2 and gRPC of sidecars and gateways. */
  readonly http: boolean;
  /** Diameter of sidecars, by the port that its servers listen on; null for none. Gateways have no Diameter. */
  readonly diameterPort: number | null;
  /** Bytes kept of each body and of each Diameter message. */
  readonly bodyLimit: number;
  /** Header fields whose values are replaced before they leave their node. */
  readonly redact: readonly string[];
  /** Minutes after which capture ends by itself; null: not before it is switched off or the application has gone. */
  readonly minutes: number | null;
  /** However capture ends: by the user, by its lease or by a program that has died. */
  readonly slot: SlotChoice;
  /** Image of a stock Node, for the aggregator and the receiver. */
  readonly image: string;
  /** `host:port` of another analysis service than our own; '' for our own. */
  readonly analysisAddress: string;
}

export const defaultCaptureOptions: CaptureOptions = {
  area: { kind: 'mesh' },
  excludeNamespaces: [],
  excludePods: [],
  http: true,
  diameterPort: null,
  bodyLimit: 65_536,
  redact: credentialFields,
  minutes: 30,
  slot: 'remove',
  image: 'docker.io/library/node:24-slim',
  analysisAddress: '',
};

/** Longest body that can be kept: the capture filter takes no more. Bytes. */
export const largestBodyLimit = 8 << 20;
/** Longest lease. Minutes. */
export const longestLease = 24 * 60;
