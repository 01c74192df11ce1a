import { readCaptureComment } from '../capture/comment.ts';
import type { CaptureMetadata } from '../capture/metadata.ts';
import type { ProtocolDescriptor, ReadContent } from '../decode/stream-decoder.ts';
import type { BodyStore, Conversation, ExchangeSink } from '../model/exchange.ts';
import type { Packet } from '../model/packet.ts';
import type { Problem } from '../model/problem.ts';
import { readExportedPdu } from '../packet/exported-pdu.ts';
import { FragmentTable } from '../packet/fragments.ts';
import { readIp } from '../packet/ip.ts';
import { findNetworkHeader, LINK_TYPE, UNKNOWN_LINK } from '../packet/link.ts';
import { NetworkPacket, PROTOCOL } from '../packet/network-packet.ts';
import { findTunnelledPacket } from '../packet/tunnel.ts';
import { AssembledConversation } from './conversation.ts';
import { createExportedPduAssembler } from './exported-pdu-assembler.ts';
import { MemoryBudget } from './memory-budget.ts';
import { createSctpAssembler } from './sctp/sctp-assembler.ts';
import { createTcpAssembler, TCP_LIMITS, type TcpLimits } from './tcp/tcp-assembler.ts';
import type { ConversationHost } from './transport.ts';

/** Bytes held in all conversations together: behind holes, to compare retransmissions with, and to find protocols by. */
const MAXIMUM_HELD_BYTES = 128 * 1024 * 1024;

/** Tunnels within each other that are followed. */
const MAXIMUM_TUNNELS = 4;

export interface DissectorOptions {
  /** The protocols to find, in the order in which they are asked: `protocols` of app/decode/registry.ts. */
  readonly protocols: readonly ProtocolDescriptor[];
  readonly sink: ExchangeSink;
  readonly store: BodyStore;
  /** Without it, messages within a content coding are not counted. */
  readonly readContent?: ReadContent;
  /** A problem that belongs to a conversation but to no exchange, or to packets of no conversation (null). */
  readonly onProblem?: (problem: Problem, conversation: Conversation | null) => void;
  readonly limits?: TcpLimits;
}

/** Counts of what a dissector was given and could not use. */
export interface DissectorStatistics {
  packets: number;
  /** Packets of other protocols: ARP, UDP, … */
  otherPackets: number;
  /** Packets of a link type that is not read here. */
  unknownLinkPackets: number;
  /** Headers that are cut or contradict themselves. */
  malformedPackets: number;
  /** Fragments of IP packets that could not be put together. */
  droppedFragments: number;
  /** Conversations opened so far, what `tcp.stream` counts. */
  conversations: number;
  /** Those with bytes of no known protocol. */
  unknownConversations: number;
  /** Those of them that are TLS. */
  tlsConversations: number;
  /** Bytes of theirs. */
  ignoredBytes: number;
}

/** Packets in, exchanges out: the one way that live captures and files of every format go. */
export interface Dissector {
  /** Takes the next packet in the order of the capture. Its data is not used after the call. */
  packet(packet: Packet): void;
  /** Number of the conversation that the last packet belonged to; -1 when to none. What saving a part of a capture goes by. */
  readonly stream: number;
  /** See `TcpAssembler.expire`: no other transport has captures of sidecars. */
  expire(now: number, before: number): string[];
  /** The capture has ended: what is still open is closed. */
  end(): void;
  readonly statistics: Readonly<DissectorStatistics>;
}

export function createDissector(options: DissectorOptions): Dissector {
  const statistics: DissectorStatistics = {
    packets: 0,
    otherPackets: 0,
    unknownLinkPackets: 0,
    malformedPackets: 0,
    droppedFragments: 0,
    conversations: 0,
    unknownConversations: 0,
    tlsConversations: 0,
    ignoredBytes: 0,
  };
  let exchanges = 0;
  const memory = new MemoryBudget(MAXIMUM_HELD_BYTES);
  let stream = -1;
  const environment = {
    protocols: options.protocols,
    sink: options.sink,
    store: options.store,
    readContent: options.readContent ?? null,
    memory,
    nextExchangeNumber: () => exchanges++,
    problem: (problem: Problem, conversation: Conversation) => options.onProblem?.(problem, conversation),
    unknownConversation: (isTls: boolean) => {
      statistics.unknownConversations++;
      if (isTls) statistics.tlsConversations++;
    },
    ignored: (length: number) => {
      statistics.ignoredBytes += length;
    },
  };
  const host: ConversationHost = {
    nextStream: () => statistics.conversations++,
    open: (origin) => new AssembledConversation(environment, origin),
  };
  const tcp = createTcpAssembler(host, memory, options.limits ?? TCP_LIMITS);
  const sctp = createSctpAssembler(host, memory);
  const exportedPdus = createExportedPduAssembler(host, memory);
  const fragments = new FragmentTable();
  const network = new NetworkPacket();
  const reportedLinkTypes = new Set<number>();

  function networkPacket(packet: Packet): void {
    const at = findNetworkHeader(packet.linkType, packet.data);
    if (at < 0) {
      if (at === UNKNOWN_LINK) unknownLink(packet);
      else statistics.otherPackets++;
      return;
    }
    let result = readIp(packet.data, at, packet.originalLength, fragments, network);
    for (let depth = 0; result === 'packet' && depth < MAXIMUM_TUNNELS; depth++) {
      const inner = findTunnelledPacket(network);
      if (inner < 0) break;
      result = readIp(network.bytes, inner, network.payloadStart + network.payloadLength, fragments, network);
    }
    statistics.droppedFragments = fragments.dropped;
    if (result === 'held') return;
    if (result === 'malformed' || !transportPacket(packet)) statistics.malformedPackets++;
  }

  /** Hands the payload of `network` on; false when it is malformed. */
  function transportPacket(packet: Packet): boolean {
    if (network.protocol === PROTOCOL.tcp) {
      const metadata = packet.comments.length === 0 ? null : metadataOf(packet.comments);
      const taken = tcp.segment(network, packet.time, packet.interfaceName, metadata);
      if (taken) stream = tcp.stream;
      return taken;
    }
    if (network.protocol === PROTOCOL.sctp) {
      const taken = sctp.packet(network, packet.time, packet.interfaceName);
      stream = sctp.stream;
      return taken;
    }
    statistics.otherPackets++;
    return true;
  }

  function unknownLink(packet: Packet): void {
    statistics.unknownLinkPackets++;
    if (reportedLinkTypes.has(packet.linkType)) return;
    reportedLinkTypes.add(packet.linkType);
    const text = `Packets of link type ${packet.linkType} are not supported.`;
    options.onProblem?.({ severity: 'warning', code: 'packet.link-type', text }, null);
  }

  return {
    packet(packet) {
      statistics.packets++;
      stream = -1;
      if (packet.linkType !== LINK_TYPE.wiresharkUpperPdu) {
        networkPacket(packet);
        return;
      }
      const pdu = readExportedPdu(packet.data);
      if (pdu === null) statistics.malformedPackets++;
      else stream = exportedPdus.pdu(pdu, packet.time, packet.interfaceName);
    },
    get stream() {
      return stream;
    },
    expire: (now, before) => tcp.expire(now, before),
    end() {
      tcp.end();
      sctp.end();
      exportedPdus.end();
    },
    statistics,
  };
}

/** The last metadata among a packet's comments. */
function metadataOf(comments: readonly string[]): CaptureMetadata | null {
  let metadata: CaptureMetadata | null = null;
  for (const comment of comments) metadata = readCaptureComment(comment) ?? metadata;
  return metadata;
}
