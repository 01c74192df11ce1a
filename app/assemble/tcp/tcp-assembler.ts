import { u16be, u32be } from '../../bytes/integers.ts';
import type { CaptureMetadata } from '../../capture/metadata.ts';
import type { Nanoseconds } from '../../model/exchange.ts';
import type { NetworkPacket } from '../../packet/network-packet.ts';
import type { MemoryBudget } from '../memory-budget.ts';
import type { ConversationHost, Side } from '../transport.ts';
import { ConnectionTable, connectionHash } from './connection-table.ts';
import { HistoryRings } from './history-rings.ts';
import { addToSequence, sequenceDistance } from './sequence.ts';
import { TcpConnection } from './tcp-connection.ts';

const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;

/**
 * Captures may show an acknowledgement before the segment that it acknowledges, when several queues were captured from.
 * Bytes that were acknowledged but not captured are waited for during so many more packets of the connection.
 */
const PATIENCE = 32;
/** A SYN so little in front of bytes that came before it belongs to them: it was captured out of order. */
const REORDERING_WINDOW = 65_536;
/**
 * Ended connections of sidecars' captures that are remembered: the packets of one stand together, but for those of a merged file.
 * In live capture each call ends two, and the more of them are here, the more of them the collector finds alive.
 */
const ENDED_CAPTURES = 16;

export interface TcpLimits {
  /** Connections that are open at a time; beyond it the one used longest ago is closed. */
  readonly openConnections: number;
  /** Ended connections that are remembered, so that what comes late for them is known as theirs. */
  readonly endedConnections: number;
}

export const TCP_LIMITS: TcpLimits = { openConnections: 65_536, endedConnections: 16_384 };

/** Puts the segments of all TCP connections together to streams. RFC 9293. */
export interface TcpAssembler {
  /**
   * Takes the segment that is the payload of `packet`; false when it is not one. `metadata` came with the packet, and
   * is handed on before its bytes.
   */
  segment(packet: NetworkPacket, time: Nanoseconds, interfaceName: string, metadata: CaptureMetadata | null): boolean;
  /** Number of the connection that the last segment belonged to; -1 before the first. */
  readonly stream: number;
  /**
   * Closes sidecars' captures of which nothing came since `before`, and returns their ids: their last part is lost. `now` is the time
   * of what comes from here on, by any clock that only goes forward.
   */
  expire(now: number, before: number): string[];
  /** The capture has ended: closes what is open. */
  end(): void;
}

export function createTcpAssembler(
  host: ConversationHost,
  memory: MemoryBudget,
  limits: TcpLimits = TCP_LIMITS,
): TcpAssembler {
  const table = new ConnectionTable();
  const rings = new HistoryRings(memory);
  // Filled again for every segment.
  const header: SegmentHeader = { sequence: 0, acknowledgement: 0, flags: 0 };
  let lastTime: Nanoseconds = 0n;
  let lastStream = -1;
  let clock = 0;

  function segment(
    packet: NetworkPacket,
    time: Nanoseconds,
    interfaceName: string,
    metadata: CaptureMetadata | null,
  ): boolean {
    const { bytes, payloadStart } = packet;
    if (packet.payloadEnd - payloadStart < 20) return false;
    const headerLength = (bytes[payloadStart + 12]! >>> 4) * 4;
    if (headerLength < 20 || headerLength > packet.payloadLength) return false;
    lastTime = time;
    const sourcePort = u16be(bytes, payloadStart);
    const destinationPort = u16be(bytes, payloadStart + 2);
    header.sequence = u32be(bytes, payloadStart + 4);
    header.acknowledgement = u32be(bytes, payloadStart + 8);
    header.flags = bytes[payloadStart + 13]!;
    const hash = connectionHash(packet, sourcePort, destinationPort);
    let connection = table.find(hash, packet, sourcePort, destinationPort);
    let side: Side = 0;
    if (connection !== null) {
      side = connection.sideOf(packet, sourcePort, destinationPort) === 0 ? 0 : 1;
      if (beginsAnew(connection, side, header, metadata)) {
        close(connection, time);
        connection = null;
      }
    }
    if (connection === null) {
      side = 0;
      connection = new TcpConnection(host, memory, rings, hash, packet, sourcePort, destinationPort, interfaceName);
      table.add(connection);
      if (table.open.size > limits.openConnections && table.open.oldest !== null) close(table.open.oldest, time);
    }
    lastStream = connection.stream;
    connection.usedAt = clock;
    if (metadata !== null) connection.capture(metadata);
    takeSegment(connection, side, header, packet, headerLength, time);
    if (connection.hasEnded && !connection.isRetired) {
      table.retire(connection);
      if (table.ended.size > limits.endedConnections && table.ended.oldest !== null) table.remove(table.ended.oldest);
      if (table.endedCaptures.size > ENDED_CAPTURES) table.remove(table.endedCaptures.oldest!);
    }
    return true;
  }

  function close(connection: TcpConnection, time: Nanoseconds): void {
    connection.finish('capture-end', time);
    table.remove(connection);
  }

  return {
    segment,
    get stream() {
      return lastStream;
    },
    expire(now, before) {
      clock = now;
      const ids: string[] = [];
      for (let each = table.open.oldest; each !== null && each.usedAt < before; ) {
        const { captureId, newer } = each;
        if (captureId !== null) {
          ids.push(captureId);
          close(each, lastTime);
        }
        each = newer;
      }
      return ids;
    },
    end() {
      const open: TcpConnection[] = [];
      for (let each = table.open.oldest; each !== null; each = each.newer) open.push(each);
      for (const connection of open.sort((a, b) => a.stream - b.stream)) connection.finish('capture-end', lastTime);
    },
  };
}

/** What a segment's header says, beside its ports. */
interface SegmentHeader {
  sequence: number;
  acknowledgement: number;
  flags: number;
}

/** Whether a segment from side `index` begins another connection between the same ports. */
function beginsAnew(
  connection: TcpConnection,
  index: Side,
  header: SegmentHeader,
  metadata: CaptureMetadata | null,
): boolean {
  if ((header.flags & SYN) === 0) return false;
  if (metadata !== null && connection.isOtherCapture(metadata)) return true;
  const side = connection.sides[index];
  if (side.hasSyn) return side.initialSequence !== header.sequence;
  const other = connection.sides[index === 0 ? 1 : 0];
  if (!side.isOpen) return (header.flags & ACK) === 0 && (other.isOpen || connection.hasEnded);
  // Not when it is the SYN of bytes that were captured before it.
  const ahead = sequenceDistance(side.next, addToSequence(header.sequence, 1));
  return ahead < 0 || ahead > REORDERING_WINDOW;
}

function takeSegment(
  connection: TcpConnection,
  index: Side,
  header: SegmentHeader,
  packet: NetworkPacket,
  headerLength: number,
  time: Nanoseconds,
): void {
  const { flags } = header;
  const side = connection.sides[index];
  const other = connection.sides[index === 0 ? 1 : 0];
  const length = packet.payloadLength - headerLength;
  let sequence = header.sequence;
  if ((flags & SYN) !== 0) {
    if (connection.client === null) connection.client = (flags & ACK) === 0 ? index : index === 0 ? 1 : 0;
    side.synchronize(sequence);
    sequence = addToSequence(sequence, 1);
  } else if (!side.isOpen && (length > 0 || (flags & FIN) !== 0)) {
    side.open(sequence);
  }
  if ((flags & ACK) !== 0) {
    // The handshake tells where the other side begins, even when its own part of it was not captured.
    if (!other.isOpen && connection.client !== null) other.open(header.acknowledgement);
    other.acknowledge(header.acknowledgement, time);
  }
  if (length > 0) {
    const start = Math.min(packet.payloadStart + headerLength, packet.payloadEnd);
    // What a sidecar captured is in order, and what it left out will not come.
    const hasAcknowledgement = (flags & ACK) !== 0 && !connection.isSynthetic;
    const acknowledgement = hasAcknowledgement ? header.acknowledgement : other.next;
    side.segment(sequence, packet.bytes, start, packet.payloadEnd, length, acknowledgement, time);
  }
  if ((flags & FIN) !== 0) side.fin(addToSequence(sequence, length), time);
  if ((flags & RST) !== 0) connection.finish('reset', time);
  if (connection.isSynthetic) side.skipHole();
  connection.settle(time);
  // What waited for bytes that are given up now came when it came.
  for (const waiting of [side, other]) {
    if (!waiting.isMissingAcknowledged || waiting.waited++ < PATIENCE) continue;
    waiting.skipHole();
    connection.settle(null);
  }
}
