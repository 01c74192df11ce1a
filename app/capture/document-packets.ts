import { LINKTYPE_RAW } from '../formats/pcap/pcap-format.ts';
import { createPcapReader } from '../formats/pcap/pcap-reader.ts';
import { pcapFileHeader } from '../formats/pcap/pcap-writer.ts';
import type { Packet } from '../model/packet.ts';
import type { Problem } from '../model/problem.ts';
import type { CaptureDocument } from './document.ts';

const NO_COMMENTS: readonly string[] = [];
const header = pcapFileHeader(LINKTYPE_RAW);

/** The name of a pod's interface in a session file. */
export function interfaceNameOf({ metadata }: CaptureDocument): string {
  return `${metadata.pod.namespace}/${metadata.pod.pod}`;
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
  const interfaceName = interfaceNameOf(document);
  let left = comments;
  const reader = createPcapReader({
    packet(packet) {
      onPacket({ ...packet, interfaceId, interfaceName, comments: left });
      left = NO_COMMENTS;
    },
    problem: onProblem,
  });
  // Only part 0 begins with the file header.
  if (document.part > 0) reader.push(header);
  reader.push(document.pcap);
  reader.end();
}
