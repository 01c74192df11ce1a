import type { FlowExchanges } from '../../../app/flows/flow-sink.ts';
import type { Problem } from '../../../app/model/problem.ts';
import type { ConversationMark } from '../store/conversation-mark.ts';
import { RecordReader } from '../store/record-bytes.ts';
import { Change } from './change-batch.ts';
import type { DecodedSink } from './decoded-sink.ts';
import { SharedTextReader } from './shared-texts.ts';
import { readSummary } from './summary-codec.ts';

/** Tells the sink what a `ChangeBatch` was told, in its order. */
export function applyChanges(changes: Uint8Array, sink: DecodedSink): void {
  const from = new RecordReader(changes);
  const texts = new SharedTextReader();
  while (!from.isAtEnd) {
    const change = from.number();
    switch (change) {
      case Change.ADD:
        sink.add(readSummary(from, texts), readExchanges(from));
        break;
      case Change.UPDATE:
        sink.update(from.number(), readSummary(from, texts), readExchanges(from));
        break;
      case Change.REMOVE:
        sink.remove(from.number());
        break;
      case Change.RECORDED:
        sink.recorded(from.number(), from.float(), readConversation(from, texts));
        break;
      case Change.PROBLEM:
        sink.problem(JSON.parse(texts.read(from)) as Problem);
        break;
      default:
        throw new Error(`There is no change ${change}.`);
    }
  }
}

function readExchanges(from: RecordReader): FlowExchanges {
  return { consumer: from.number() - 1, producer: from.number() - 1, wire: from.number() - 1 };
}

function readConversation(from: RecordReader, texts: SharedTextReader): ConversationMark {
  return { stream: from.number(), port: from.number(), speaks: texts.read(from) as ConversationMark['speaks'] };
}
