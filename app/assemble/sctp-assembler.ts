import type { Nanoseconds } from '../model/exchange.ts';
import type { NetworkPacket } from '../packet/network-packet.ts';

/**
 * Puts the user messages of SCTP associations together (RFC 9260). It is given IP packets whose payload is SCTP from its
 * common header on, opens a conversation of a `ConversationHost` for each association, and hands every message over by
 * one call of `data`.
 */
export interface SctpAssembler {
  /** Takes the payload of `packet`, which is valid only during the call; false when it is not SCTP. */
  packet(packet: NetworkPacket, time: Nanoseconds, interfaceName: string): boolean;
  /** Number of the association that the last packet belonged to; -1 when to none. */
  readonly stream: number;
  /** The capture has ended. */
  end(): void;
}
