import type { FlowSink } from '../../../app/flows/flow-sink.ts';
import type { Problem } from '../../../app/model/problem.ts';
import type { ConversationMark } from '../store/conversation-mark.ts';

/**
 * Where everything goes that decoding finds out: the cut between who decodes and who answers. Exchanges themselves do not
 * cross it, they lie in the spill file.
 */
export interface DecodedSink extends FlowSink {
  /** The exchange of that number, as far as it is known, lies at that offset of the spill file. Told before its flow is. */
  recorded(number: number, offset: number, conversation: ConversationMark): void;
  /** Of a conversation, and of no exchange. */
  problem(problem: Problem): void;
}
