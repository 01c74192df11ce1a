import { captureComment } from '../../../app/capture/comment.ts';
import type { CaptureDocument } from '../../../app/capture/document.ts';
import { LINKTYPE_RAW } from '../../../app/formats/pcap/pcap-format.ts';
import { createPcapReader } from '../../../app/formats/pcap/pcap-reader.ts';
import { pcapFileHeader } from '../../../app/formats/pcap/pcap-writer.ts';
import type { Packet } from '../../../app/model/packet.ts';
import type { Problem } from '../../../app/model/problem.ts';

const header = pcapFileHeader(LINKTYPE_RAW);

/** The name of a pod's interface in a session file. */
export function interfaceNameOf({ metadata }: CaptureDocument): string {
  return `${metadata.pod.namespace}/${metadata.pod.pod}`;
}

/**
 * The packets of one part of a capture, as a session file has them: of the pod's interface, the first with the metadata
 * as its comment.
 */
export function readDocumentPackets(
  document: CaptureDocument,
  interfaceId: number,
  onPacket: (packet: Packet) => void,
  onProblem: (problem: Problem) => void,
): void {
  const interfaceName = interfaceNameOf(document);
  let comments: readonly string[] = [captureComment(document.metadata)];
  const reader = createPcapReader({
    packet(packet) {
      onPacket({ ...packet, interfaceId, interfaceName, comments });
      comments = [];
    },
    problem: onProblem,
  });
  // Only part 0 begins with the file header.
  if (document.part > 0) reader.push(header);
  reader.push(document.pcap);
  reader.end();
}
