import type { StreamDocument } from './document.ts';

/** Version of the stream between aggregator and receiver and of the live tail; both are written down in docs/analysis-stream.md. */
export const STREAM_VERSION = 1;

/** First document from the aggregator on each connection. */
export interface AggregatorHello {
  readonly type: 'hello';
  readonly version: number;
  /** Random identity of this run of the aggregator: sequence numbers belong to it. */
  readonly aggregator: string;
  /** Kubernetes node, or ''. */
  readonly node: string;
}

/** From the receiver: everything up to and including `sequence` is safe with it. */
export interface Acknowledgement {
  readonly type: 'ack';
  readonly sequence: bigint;
}

/** First and only document from a client of the live tail. */
export interface TailRequest {
  readonly type: 'tail';
  readonly version: number;
  /** Ring that `after` belongs to; '' when the client has seen none. */
  readonly ring: string;
  /** Last sequence number seen of that ring; null for only what comes from now on. Of another ring everything is sent. */
  readonly after: bigint | null;
}

/** The receiver's answer: its ring, the first sequence number that it still holds, and the next that it will give. */
export interface TailHello {
  readonly type: 'hello';
  readonly version: number;
  readonly ring: string;
  readonly first: bigint;
  readonly next: bigint;
}

/** `count` documents, `from` to `to`, fell out of the ring before this tail could have them. */
export interface TailGap {
  readonly type: 'gap';
  readonly from: bigint;
  readonly to: bigint;
  readonly count: number;
}

/** A document with its place in the stream. */
export interface Sequenced {
  readonly type: 'document';
  readonly sequence: bigint;
  readonly document: StreamDocument;
}

export type FromAggregator = AggregatorHello | Sequenced;
export type FromTail = TailHello | TailGap | Sequenced;
