import type { FlowExchanges } from '../../../app/flows/flow-sink.ts';
import type { FlowSummary } from '../../../app/model/flow.ts';
import type { Problem } from '../../../app/model/problem.ts';
import type { ConversationMark } from '../store/conversation-mark.ts';
import { putFloat, putNumber } from '../store/record-bytes.ts';
import { BatchBytes } from './batch-bytes.ts';
import type { DecodedSink } from './decoded-sink.ts';
import { putSummary } from './summary-codec.ts';

/** What a change begins with. */
export const Change = { ADD: 1, UPDATE: 2, REMOVE: 3, RECORDED: 4, PROBLEM: 5 } as const;

/**
 * What decoding found out since the last `take`, as bytes that can be handed to another thread: a copy of flows as objects
 * would cost more than decoding them. Read by `applyChanges`.
 */
export class ChangeBatch implements DecodedSink {
  readonly #batch = new BatchBytes();
  readonly #bytes = this.#batch.bytes;
  readonly #texts = this.#batch.texts;
  /** Flows that were given an id; who applies the changes gives the same ones. */
  #flows = 0;

  /** Null when nothing changed. */
  take(): Uint8Array<ArrayBuffer> | null {
    return this.#batch.take();
  }

  add(summary: FlowSummary, exchanges: FlowExchanges): number {
    this.#bytes.u8(Change.ADD);
    this.#flow(summary, exchanges);
    return this.#flows++;
  }

  update(id: number, summary: FlowSummary, exchanges: FlowExchanges): void {
    this.#bytes.u8(Change.UPDATE);
    putNumber(this.#bytes, id);
    this.#flow(summary, exchanges);
  }

  remove(id: number): void {
    this.#bytes.u8(Change.REMOVE);
    putNumber(this.#bytes, id);
  }

  recorded(number: number, offset: number, { stream, port, speaks }: ConversationMark): void {
    this.#bytes.u8(Change.RECORDED);
    putNumber(this.#bytes, number);
    putFloat(this.#bytes, offset);
    putNumber(this.#bytes, stream);
    putNumber(this.#bytes, port);
    this.#texts.put(this.#bytes, speaks);
  }

  problem(problem: Problem): void {
    this.#bytes.u8(Change.PROBLEM);
    // There are few.
    this.#texts.put(this.#bytes, JSON.stringify(problem));
  }

  #flow(summary: FlowSummary, { consumer, producer, wire }: FlowExchanges): void {
    putSummary(this.#bytes, this.#texts, summary);
    // One more than the number; 0 where that side did not see the call.
    for (const number of [consumer, producer, wire]) putNumber(this.#bytes, number + 1);
  }
}
