import type { CaptureInterface, CaptureSection } from '../../app/formats/capture-events.ts';
import { createCaptureFileReader } from '../../app/formats/capture-file-reader.ts';
import type { Packet } from '../../app/model/packet.ts';
import type { Problem } from '../../app/model/problem.ts';

export interface ReadCapture {
  /** Each with a copy of its data, and where it lies in the file. */
  readonly packets: readonly (Packet & { readonly offset: number })[];
  readonly problems: readonly Problem[];
  readonly interfaces: readonly CaptureInterface[];
  readonly sections: readonly CaptureSection[];
  readonly names: ReadonlyMap<string, readonly string[]>;
}

/** All that a capture file has, read chunk by chunk. */
export function readCapture(chunks: Iterable<Uint8Array>): ReadCapture {
  const packets: (Packet & { offset: number })[] = [];
  const problems: Problem[] = [];
  const interfaces: CaptureInterface[] = [];
  const sections: CaptureSection[] = [];
  const names = new Map<string, readonly string[]>();
  const reader = createCaptureFileReader({
    packet: (packet, offset) => packets.push({ ...packet, data: packet.data.slice(), offset }),
    problem: (problem) => problems.push(problem),
    interface: (each) => interfaces.push(each),
    section: (section) => sections.push(section),
    names: (address, list) => names.set(address, list),
  });
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return { packets, problems, interfaces, sections, names };
}
