import type { FlowExchanges } from './flow-sink.ts';
import type { Observation } from './observation.ts';
import type { Observed } from './summarise.ts';

/** An observation that belongs to a flow. The observation is replaced while its exchange goes on; the member stays. */
export interface Member {
  observation: Observation;
  record: FlowRecord | null;
  /** Key of the join group that it stands in; '' when it waits for nobody (any more). */
  group: string;
}

const nothing: readonly string[] = [];

function waits(member: Member | null): boolean {
  return member !== null && member.group !== '';
}

/** One flow while its observations may still change. */
export class FlowRecord {
  /** Id in the sink; -1 before it was added. */
  id = -1;
  consumer: Member | null = null;
  producer: Member | null = null;
  wire: Member | null = null;
  /** Addresses that it waits to learn the owner of. */
  wondersAbout: readonly string[] = nothing;

  /** Some counterpart or name may still come. */
  get waits(): boolean {
    return waits(this.consumer) || waits(this.producer) || waits(this.wire);
  }

  observed(): Observed {
    return {
      consumer: this.consumer?.observation ?? null,
      producer: this.producer?.observation ?? null,
      wire: this.wire?.observation ?? null,
    };
  }

  exchanges(): FlowExchanges {
    return {
      consumer: this.consumer?.observation.exchange ?? -1,
      producer: this.producer?.observation.exchange ?? -1,
      wire: this.wire?.observation.exchange ?? -1,
    };
  }
}
