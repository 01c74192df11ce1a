import type { CaptureMetadata } from './metadata.ts';

/** One thing that happened in an exchange, in order. `time` is nanoseconds since the epoch by the sidecar's clock. */
export type CaptureEvent =
  | {
      readonly kind: 'headers' | 'trailers';
      readonly side: 'request' | 'answer';
      readonly time: bigint;
      /** As Envoy holds them: lower case, pseudo-header fields first. */
      readonly headers: readonly (readonly [name: string, value: string])[];
    }
  | {
      readonly kind: 'data';
      readonly side: 'request' | 'answer';
      readonly time: bigint;
      readonly bytes: Uint8Array;
      /** How many bytes went by; more than `bytes` holds when cut or shed. */
      readonly length: number;
    }
  /** That side is finished; `reset` when it broke off. */
  | { readonly kind: 'end'; readonly side: 'request' | 'answer'; readonly time: bigint; readonly reset: boolean }
  | {
      /** A whole Diameter message. */
      readonly kind: 'message';
      /** Follows its R bit. */
      readonly side: 'request' | 'answer';
      /** Which end of the connection sent it: both ends of a Diameter connection may send requests (RAR, ASR, DPR). */
      readonly from: 'source' | 'destination';
      readonly time: bigint;
      readonly bytes: Uint8Array;
      readonly length: number;
    };

/**
 * How much of a pod's captures one run of an aggregator has sent so far, the document that says so included. Who finds that it has
 * fewer knows what did not arrive, wherever on the way it was lost.
 */
export interface SentCount {
  /** The run of the aggregator. Its documents come in order. */
  readonly counter: string;
  /** First parts of captures. */
  readonly exchanges: number;
  /** All parts of captures. */
  readonly parts: number;
}

/**
 * What the aggregator makes of an exchange. Short ones have one part; long ones send a part whenever something new was
 * seen. The parts of one `metadata.id` are numbered from 0, and their `pcap` bytes laid end to end are one libpcap file
 * (nanoseconds, LINKTYPE_RAW): only part 0 begins with the file header.
 */
export interface CaptureDocument {
  readonly type: 'capture';
  readonly part: number;
  readonly final: boolean;
  /** Complete as of this part. */
  readonly metadata: CaptureMetadata;
  /** What is new in this part: the raw request and answer. */
  readonly events: readonly CaptureEvent[];
  /** Packets of this part of a synthetic, self-consistent TCP conversation. */
  readonly pcap: Uint8Array;
  /** Not in captures that were made otherwise. */
  readonly sent?: SentCount;
}

/** Where something was lost on the way from the proxy to the receiver. */
export type LossStage = 'filter' | 'hand-over' | 'aggregator' | 'receiver';

/** What was lost: whole exchanges, parts of exchanges, Diameter messages, or body bytes alone. */
export type LossKind = 'exchange' | 'part' | 'message' | 'body';

/** A counted loss. `count` is what was lost since the last such document of the same pod, stage and kind. */
export interface LossDocument {
  readonly type: 'loss';
  readonly time: bigint;
  readonly namespace: string;
  readonly pod: string;
  readonly stage: LossStage;
  readonly kind: LossKind;
  readonly count: number;
  /** Why, in a few words: `in-flight limit`, `memory budget`, `queue full`. */
  readonly reason: string;
  /**
   * Whose counter it is: a filter's VM instance or a run of the aggregator or receiver. `total` is what that counter has
   * reached for this pod, stage, kind and reason, so that a receiver that hears of it twice (a restarted aggregator says it again)
   * can tell by the difference to the last total.
   */
  readonly counter: string;
  readonly total: number;
}

/** A sidecar's filter is alive, sent every few seconds for each pod, traffic or not. */
export interface HeartbeatDocument {
  readonly type: 'heartbeat';
  readonly time: bigint;
  readonly namespace: string;
  readonly pod: string;
  /** VM instances (Envoy workers) heard of in that pod. */
  readonly instances: number;
  /** Exchanges that the pod's filters have seen since they started. */
  readonly exchanges: number;
  /** Diameter messages likewise. */
  readonly messages: number;
  /** False while the filter's configuration tells it to be idle. */
  readonly capturing: boolean;
  /** Absent while nothing was sent of the pod. */
  readonly sent?: SentCount;
}

/** What goes from aggregator to receiver, and in the same shape from the receiver's ring to the engine. */
export type StreamDocument = CaptureDocument | LossDocument | HeartbeatDocument;
