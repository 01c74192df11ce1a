import type { SaveFormat } from '../../../app/api/save-formats.ts';
import type { PcapResolution } from '../../../app/formats/pcap/pcap-format.ts';
import { pcapFileHeader, pcapRecord } from '../../../app/formats/pcap/pcap-writer.ts';
import {
  interfaceBlock,
  nameBlock,
  packetBlock,
  sectionHeaderBlock,
} from '../../../app/formats/pcapng/pcapng-writer.ts';
import type { Packet } from '../../../app/model/packet.ts';
import { LINK_TYPE } from '../../../app/packet/link.ts';
import { RequestError } from '../api/request-error.ts';
import type { Replacement } from '../store/replace-file.ts';

/** Writes packets, and what is known of addresses, to a capture file of some format. */
export interface PacketWriter {
  packet(packet: Packet): void;
  names(address: string, names: readonly string[]): void;
  /**
   * No packet follows.
   * @throws RequestError when the format had no room for one of them
   */
  end(): void;
}

/** By format, what begins a file of it. */
export const packetWriters: Readonly<Record<Exclude<SaveFormat, 'har'>, (file: Replacement) => PacketWriter>> = {
  pcapng: pcapngWriter,
  pcap: (file) => pcapWriter(file, 'microseconds'),
  'ns.pcap': (file) => pcapWriter(file, 'nanoseconds'),
};

/** Interfaces stand in front of their first packet. */
function pcapngWriter(file: Replacement): PacketWriter {
  const interfaces = new Map<string, number>();
  file.write(sectionHeaderBlock({ application: 'Packet Inspector' }));
  return {
    packet(packet) {
      const key = `${packet.linkType} ${packet.interfaceId} ${packet.interfaceName}`;
      let id = interfaces.get(key);
      if (id === undefined) {
        id = interfaces.size;
        interfaces.set(key, id);
        file.write(interfaceBlock(packet.linkType, packet.interfaceName));
      }
      file.write(packetBlock(id, packet.time, packet.data, packet.comments, packet.originalLength));
    },
    names: (address, names) => file.write(nameBlock([[address, names]])),
    end() {},
  };
}

/** Packets of one link type, and nothing of what is known about them. */
function pcapWriter(file: Replacement, resolution: PcapResolution): PacketWriter {
  let linkType: number | null = null;
  /** The first other one. */
  let other: number | null = null;
  function begin(type: number): void {
    linkType = type;
    file.write(pcapFileHeader(type, resolution));
  }
  return {
    packet(packet) {
      if (linkType === null) begin(packet.linkType);
      if (packet.linkType !== linkType) other ??= packet.linkType;
      else file.write(pcapRecord(packet.time, packet.data, packet.originalLength, resolution));
    },
    names() {},
    end() {
      if (linkType === null) begin(LINK_TYPE.ethernet);
      if (other === null) return;
      const text = `A pcap file has packets of one link type; these are of ${linkType} and ${other}: save them as pcapng.`;
      throw new RequestError('save.link-type', text);
    },
  };
}
