import type { EndReason } from '../../decode/stream-decoder.ts';
import type { Nanoseconds } from '../../model/exchange.ts';
import type { NetworkPacket } from '../../packet/network-packet.ts';
import {
  CHUNK,
  readChunks,
  readDataChunk,
  readInitiateTag,
  readSctpHeader,
  type SctpHeader,
} from '../../packet/sctp/chunks.ts';
import type { MemoryBudget } from '../memory-budget.ts';
import type { SctpAssembler } from '../sctp-assembler.ts';
import type { ConversationHost, Side } from '../transport.ts';
import { SctpAssociation } from './association.ts';
import { AssociationTable, type Place, tagKey } from './association-table.ts';

/** Beyond this many open associations the oldest is closed. */
const MAX_ASSOCIATIONS = 16_384;

/** Puts the Diameter messages of SCTP associations together. RFC 9260, and RFC 8260 for I-DATA. */
export function createSctpAssembler(host: ConversationHost, memory: MemoryBudget): SctpAssembler {
  const table = new AssociationTable();
  let lastTime: Nanoseconds = 0n;
  let lastStream = -1;

  function close(association: SctpAssociation, reason: EndReason): void {
    table.remove(association);
    association.end(reason, lastTime);
  }

  function open(packet: NetworkPacket, header: SctpHeader, interfaceName: string): Place {
    const source = packet.source(header.sourcePort);
    const destination = packet.destination(header.destinationPort);
    const association = new SctpAssociation(host, memory, [source, destination], interfaceName);
    const [oldest] = table.all;
    if (table.all.size >= MAX_ASSOCIATIONS && oldest !== undefined) close(oldest, 'capture-end');
    return table.add(association, addressKey(packet, header), oppositeKey(packet, header));
  }

  /** The place of a packet that carries INIT, INIT ACK or DATA; an association that was there before gives way to a new one. */
  function placeOf(packet: NetworkPacket, header: SctpHeader, initiateTag: number, interfaceName: string): Place {
    const known = table.find(header, addressKey(packet, header));
    if (known === undefined) return open(packet, header, interfaceName);
    const { association, side } = known;
    const other = side === 0 ? 1 : 0;
    const differs = (tag: number, of: Side) => tag !== 0 && association.tags[of] !== 0 && association.tags[of] !== tag;
    if (!differs(header.verificationTag, side) && !differs(initiateTag, other)) return known;
    close(association, 'capture-end');
    return open(packet, header, interfaceName);
  }

  function learnTag(place: Place, side: Side, header: SctpHeader, tag: number): void {
    if (tag === 0) return;
    place.association.tags[side] = tag;
    table.learn({ association: place.association, side }, tagKey(header, tag));
  }

  return {
    packet(packet, time, interfaceName) {
      const header = readSctpHeader(packet.bytes, packet.payloadStart, packet.payloadEnd);
      lastStream = -1;
      if (header === null) return false;
      lastTime = time;
      lastStream = table.find(header, addressKey(packet, header))?.association.stream ?? -1;
      for (const chunk of readChunks(packet.bytes, packet.payloadStart, packet.payloadEnd)) {
        if (chunk.type === CHUNK.init || chunk.type === CHUNK.initAck) {
          const tag = readInitiateTag(packet.bytes, chunk);
          const place = placeOf(packet, header, tag, interfaceName);
          lastStream = place.association.stream;
          const other: Side = place.side === 0 ? 1 : 0;
          place.association.client = chunk.type === CHUNK.init ? place.side : other;
          learnTag(place, place.side, header, header.verificationTag);
          // The other side will send what this one has chosen, with the ports the other way round.
          learnTag(
            place,
            other,
            { ...header, sourcePort: header.destinationPort, destinationPort: header.sourcePort },
            tag,
          );
        } else if (chunk.type === CHUNK.data || chunk.type === CHUNK.iData) {
          const data = readDataChunk(packet.bytes, chunk);
          if (data === null) continue;
          const place = placeOf(packet, header, 0, interfaceName);
          lastStream = place.association.stream;
          learnTag(place, place.side, header, header.verificationTag);
          place.association.data(place.side, data, time);
        } else if (chunk.type === CHUNK.abort || chunk.type === CHUNK.shutdownComplete) {
          const place = table.find(header, addressKey(packet, header));
          if (place !== undefined) close(place.association, chunk.type === CHUNK.abort ? 'reset' : 'fin');
        }
      }
      return true;
    },
    get stream() {
      return lastStream;
    },
    end() {
      for (const association of [...table.all]) close(association, 'capture-end');
    },
  };
}

function addressKey(packet: NetworkPacket, { sourcePort, destinationPort }: SctpHeader): string {
  return `${packet.sourceAddress()} ${sourcePort} ${packet.destinationAddress()} ${destinationPort}`;
}

function oppositeKey(packet: NetworkPacket, { sourcePort, destinationPort }: SctpHeader): string {
  return `${packet.destinationAddress()} ${destinationPort} ${packet.sourceAddress()} ${sourcePort}`;
}
