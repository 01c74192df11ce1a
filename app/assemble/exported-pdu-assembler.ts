import type { Endpoint } from '../model/endpoint.ts';
import type { Nanoseconds } from '../model/exchange.ts';
import type { ExportedPdu } from '../packet/exported-pdu.ts';
import type { ConversationHost, ConversationReceiver, Side } from './transport.ts';

interface ExportedConversation {
  readonly receiver: ConversationReceiver;
  /** The text of side 0's end. */
  readonly end0: string;
}

/** Ended and idle ones cannot be told apart without a transport; beyond this many the oldest is closed. */
const MAXIMUM_CONVERSATIONS = 65_536;

/** Joins exported PDUs of the same protocol and ends into conversations, in the order of the file. */
export interface ExportedPduAssembler {
  pdu(pdu: ExportedPdu, time: Nanoseconds, interfaceName: string): void;
  end(): void;
}

export function createExportedPduAssembler(host: ConversationHost): ExportedPduAssembler {
  const conversations = new Map<string, ExportedConversation>();
  let lastTime: Nanoseconds = 0n;

  function close({ receiver }: ExportedConversation): void {
    receiver.end(0, 'capture-end', lastTime);
    receiver.end(1, 'capture-end', lastTime);
  }

  return {
    pdu(pdu, time, interfaceName) {
      lastTime = time;
      const source = textOf(pdu.source);
      const destination = textOf(pdu.destination);
      const key = [pdu.protocol, ...[source, destination].sort()].join(' ');
      let conversation = conversations.get(key);
      if (conversation === undefined) {
        const receiver = host.open({
          stream: host.nextStream(),
          transport: 'exported-pdu',
          ends: [pdu.source, pdu.destination],
          interfaceName,
          client: null,
          startsInTheMiddle: true,
          protocolName: pdu.protocol,
        });
        conversation = { receiver, end0: source };
        conversations.set(key, conversation);
        const [oldest] = conversations;
        if (conversations.size > MAXIMUM_CONVERSATIONS && oldest !== undefined) {
          close(oldest[1]);
          conversations.delete(oldest[0]);
        }
      }
      const side: Side = source === conversation.end0 ? 0 : 1;
      conversation.receiver.data(side, pdu.payload, time);
    },
    end() {
      for (const conversation of conversations.values()) close(conversation);
      conversations.clear();
    },
  };
}

function textOf(end: Endpoint): string {
  return `${end.address} ${end.port}`;
}
