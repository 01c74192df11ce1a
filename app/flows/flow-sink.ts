import type { FlowSummary } from '../model/flow.ts';

/** Exchanges (by `Exchange.number`) that a flow was made of; -1 where that side did not see the call. */
export interface FlowExchanges {
  readonly consumer: number;
  readonly producer: number;
  readonly wire: number;
}

/** Where flows go: the index, and the table that finds a flow's exchanges again. */
export interface FlowSink {
  /** A flow appeared. Returns its id. */
  add(summary: FlowSummary, exchanges: FlowExchanges): number;
  update(id: number, summary: FlowSummary, exchanges: FlowExchanges): void;
  /** The flow turned out to be part of another that is shown already. */
  remove(id: number): void;
}
