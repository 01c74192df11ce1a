import { beginsWithMessages } from '../decode/grpc/protocol.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Nanoseconds } from '../model/exchange.ts';
import type { ExportedPdu } from '../packet/exported-pdu.ts';
import type { MemoryBudget } from './memory-budget.ts';
import type { ConversationHost, ConversationReceiver, Side } from './transport.ts';
import { findUnfinished } from './unfinished-message.ts';

/** Bytes of an unfinished message, of which it is not known yet whether they come again. */
interface HeldPdu {
  readonly bytes: Uint8Array;
  readonly time: Nanoseconds;
}

interface ExportedConversation {
  readonly stream: number;
  readonly protocol: string;
  readonly receiver: ConversationReceiver;
  /** Who sent the first PDU: `address port`. */
  readonly firstSender: string;
  readonly held: [HeldPdu | null, HeldPdu | null];
}

/** Where one ends cannot be told without a transport; beyond this many the one opened first is closed. */
const MAXIMUM_CONVERSATIONS = 16_384;

/**
 * Joins exported PDUs of the same protocol and ends into conversations, in the order of the file. Wireshark exports a PDU
 * that its dissector could not finish, and then the same bytes again with those that were missing: an unfinished message
 * is therefore held back until the next PDU of its side tells whether it begins with it or goes on behind it.
 */
export interface ExportedPduAssembler {
  /** Returns the number of its conversation. */
  pdu(pdu: ExportedPdu, time: Nanoseconds, interfaceName: string): number;
  end(): void;
}

export function createExportedPduAssembler(host: ConversationHost, memory: MemoryBudget): ExportedPduAssembler {
  const conversations = new Map<string, ExportedConversation>();
  let lastTime: Nanoseconds = 0n;

  function open(pdu: ExportedPdu, interfaceName: string): ExportedConversation {
    const protocol = registeredName(pdu);
    const stream = host.nextStream();
    const receiver = host.open({
      stream,
      transport: 'exported-pdu',
      ends: [pdu.source, pdu.destination],
      interfaceName,
      client: null,
      startsInTheMiddle: true,
      protocolName: protocol,
    });
    return { stream, protocol, receiver, firstSender: textOf(pdu.source), held: [null, null] };
  }

  function close(conversation: ExportedConversation): void {
    for (const side of [0, 1] as const) release(conversation, side);
    for (const side of [0, 1] as const) conversation.receiver.end(side, 'capture-end', lastTime);
  }

  /** Hands over what is held of a side: it did not come again. */
  function release(conversation: ExportedConversation, side: Side): void {
    const held = takeHeld(conversation, side);
    if (held !== null) conversation.receiver.data(side, held.bytes, held.time);
  }

  function takeHeld(conversation: ExportedConversation, side: Side): HeldPdu | null {
    const held = conversation.held[side];
    conversation.held[side] = null;
    if (held !== null) memory.release(held.bytes.length);
    return held;
  }

  function take(conversation: ExportedConversation, side: Side, payload: Uint8Array, time: Nanoseconds): void {
    const held = conversation.held[side];
    if (held !== null && startsWith(payload, held.bytes)) takeHeld(conversation, side);
    else release(conversation, side);
    const unfinished = memory.isTight ? payload.length : findUnfinished(conversation.protocol, payload);
    if (unfinished > 0) conversation.receiver.data(side, payload.subarray(0, unfinished), time);
    if (unfinished === payload.length) return;
    conversation.held[side] = { bytes: payload.slice(unfinished), time };
    memory.hold(payload.length - unfinished);
  }

  return {
    pdu(pdu, time, interfaceName) {
      lastTime = time;
      const source = textOf(pdu.source);
      const key = [pdu.protocol, ...[source, textOf(pdu.destination)].sort()].join(' ');
      let conversation = conversations.get(key);
      if (conversation === undefined) {
        const [oldest] = conversations;
        if (conversations.size >= MAXIMUM_CONVERSATIONS && oldest !== undefined) {
          close(oldest[1]);
          conversations.delete(oldest[0]);
        }
        conversation = open(pdu, interfaceName);
        conversations.set(key, conversation);
      }
      take(conversation, source === conversation.firstSender ? 0 : 1, pdu.payload, time);
      return conversation.stream;
    },
    end() {
      for (const conversation of conversations.values()) close(conversation);
      conversations.clear();
    },
  };
}

/** Wireshark's dissectors have several names for one protocol: `http-over-tls`, `http2_tls`, `diameter_tcp`. */
function registeredName({ protocol, payload }: ExportedPdu): string {
  const name = ['http2', 'http', 'grpc', 'diameter'].find((prefix) => protocol.startsWith(prefix)) ?? protocol;
  // Some give the name to the frames that gRPC is in; its own dissector is handed the messages out of them.
  return name === 'grpc' && !beginsWithMessages(payload) ? 'http2' : name;
}

function startsWith(bytes: Uint8Array, beginning: Uint8Array): boolean {
  if (bytes.length < beginning.length) return false;
  for (let at = 0; at < beginning.length; at++) if (bytes[at] !== beginning[at]) return false;
  return true;
}

function textOf(end: Endpoint): string {
  return `${end.address} ${end.port}`;
}
