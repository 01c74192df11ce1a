import { u32le } from '../bytes/integers.ts';
import { LINKTYPE_RAW, PCAP_FILE_HEADER_LENGTH, PCAP_RECORD_HEADER_LENGTH } from '../formats/pcap/pcap-format.ts';
import { createPcapReader } from '../formats/pcap/pcap-reader.ts';
import { pcapFileHeader } from '../formats/pcap/pcap-writer.ts';
import type { Packet } from '../model/packet.ts';
import type { Problem } from '../model/problem.ts';
import type { CaptureDocument } from './document.ts';
import { RecentMetadata } from './recent-metadata.ts';

const header = pcapFileHeader(LINKTYPE_RAW);

const interfaceNames = new RecentMetadata<string>();

/** The name of a pod's interface in a session file. */
export function interfaceNameOf({ metadata }: CaptureDocument): string {
  const known = interfaceNames.find(metadata);
  if (known !== undefined) return known;
  const name = `${metadata.pod.namespace}/${metadata.pod.pod}`;
  interfaceNames.remember(metadata, name);
  return name;
}

/** When the first packet of a document was captured, in milliseconds since the epoch; 0 when there is none. */
export function firstPacketTime({ part, pcap }: CaptureDocument): number {
  const at = part === 0 ? PCAP_FILE_HEADER_LENGTH : 0;
  if (pcap.length < at + PCAP_RECORD_HEADER_LENGTH) return 0;
  return u32le(pcap, at) * 1000 + Math.floor(u32le(pcap, at + 4) / 1_000_000);
}

/**
 * The packets of one part of a capture, as a session file has them: of the pod's interface, the first with `comments`,
 * which carry the metadata.
 */
export function readDocumentPackets(
  document: CaptureDocument,
  interfaceId: number,
  comments: readonly string[],
  onPacket: (packet: Packet) => void,
  onProblem: (problem: Problem) => void,
): void {
  const reader = createPcapReader(
    { packet: onPacket, problem: onProblem },
    { interfaceId, interfaceName: interfaceNameOf(document), comments },
  );
  // Only part 0 begins with the file header.
  if (document.part > 0) reader.push(header);
  reader.push(document.pcap);
  reader.end();
}
