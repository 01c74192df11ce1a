import type { ConversationHost, ConversationOrigin, Side } from '../../app/assemble/transport.ts';
import { joinBytes } from '../../app/bytes/join.ts';

/** What a transport handed over of one conversation. */
export interface RecordedConversation {
  readonly origin: ConversationOrigin;
  /** In order: text of bytes, `<gap n>`, `<fin>`, `<reset>`, `<capture-end>`, `<conflict offset length>`; for side 0 and side 1. */
  readonly sides: readonly [string, string];
  /** The bytes of a side without what is between them. */
  bytes(side: Side): Uint8Array;
  readonly times: readonly bigint[];
  /** Bytes and gaps of both sides in the order in which they came, each with the number of its side. */
  readonly order: readonly string[];
}

/** A host that only writes down what transports tell it. */
export function recordConversations(): { host: ConversationHost; conversations: RecordedConversation[] } {
  const conversations: RecordedConversation[] = [];
  let streams = 0;
  const host: ConversationHost = {
    nextStream: () => streams++,
    open(origin) {
      const sides: [string, string] = ['', ''];
      const chunks: [Uint8Array[], Uint8Array[]] = [[], []];
      const times: bigint[] = [];
      const order: string[] = [];
      conversations.push({ origin, sides, times, order, bytes: (side) => joinBytes(chunks[side]) });
      return {
        capture: (metadata) => {
          sides[0] += `<capture ${metadata.id}>`;
        },
        data: (side, bytes, time) => {
          chunks[side].push(bytes.slice());
          sides[side] += Buffer.from(bytes).toString('latin1');
          times.push(time);
          order.push(`${side} ${Buffer.from(bytes).toString('latin1')}`);
        },
        gap: (side, length) => {
          sides[side] += `<gap ${length}>`;
          order.push(`${side} <gap ${length}>`);
        },
        end: (side, reason) => {
          sides[side] += `<${reason}>`;
        },
        conflict: (side, offset, length) => {
          sides[side] += `<conflict ${offset} ${length}>`;
        },
      };
    },
  };
  return { host, conversations };
}
