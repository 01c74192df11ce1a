import type { CaptureDocument } from '../../../app/capture/document.ts';
import { type AddressName, addressNames } from '../../../app/capture/document-names.ts';
import { interfaceNameOf, readDocumentPackets } from '../../../app/capture/document-packets.ts';
import { LINKTYPE_RAW } from '../../../app/formats/pcap/pcap-format.ts';
import { createPcapReader } from '../../../app/formats/pcap/pcap-reader.ts';
import { pcapFileHeader } from '../../../app/formats/pcap/pcap-writer.ts';
import type { Packet } from '../../../app/model/packet.ts';
import type { Problem } from '../../../app/model/problem.ts';
import type { SessionWriter } from '../session/session-writer.ts';
import type { SpillFile } from '../store/spill-file.ts';
import type { DecodedSink } from './decoded-sink.ts';
import { FlowDecoder } from './flow-decoder.ts';

const pcapHeader = pcapFileHeader(LINKTYPE_RAW);
/** Longer than an aggregator waits for a word of an exchange before it sends a last part of its own. Milliseconds. */
const longestSilence = 70 * 60_000;

/** Live captures on their way: into the session file first, then through the decoder. */
export class LiveCapture {
  readonly #writer: SessionWriter;
  readonly #decoder: FlowDecoder;
  readonly #onProblem: (problem: Problem) => void;
  #unfinished = 0;

  constructor(writer: SessionWriter, spill: SpillFile, sink: DecodedSink, onProblem: (problem: Problem) => void) {
    this.#writer = writer;
    this.#decoder = new FlowDecoder(spill, sink);
    this.#onProblem = onProblem;
  }

  get packets(): number {
    return this.#decoder.packets;
  }

  /** What is not as it should be now. */
  get problems(): readonly Problem[] {
    if (this.#unfinished === 0) return this.#writer.problems;
    const text = `Captures shown incomplete, because nothing more of them arrived within ${longestSilence / 60_000} minutes: ${this.#unfinished}.`;
    return [...this.#writer.problems, { severity: 'note', code: 'capture.unfinished', text }];
  }

  /** @param known what others know of the addresses that the document speaks of */
  document(document: CaptureDocument, known: readonly AddressName[]): void {
    const writer = this.#writer;
    const packets: Packet[] = [];
    const interfaceName = interfaceNameOf(document);
    readDocumentPackets(
      document,
      writer.interfaceId(interfaceName),
      writer.comments(document),
      (packet) => packets.push(packet),
      this.#onProblem,
    );
    const names = packets.length > 0 ? addressNames(document, known) : [];
    const fresh = writer.document(interfaceName, names, packets);
    // The same order as in the file, so that reading it gives the same flows.
    for (const [address, name] of fresh) this.#decoder.learnName(address, name);
    for (const packet of packets) this.#decoder.packet(packet);
  }

  /** Packets of which nothing else is known, as `pcapRecord` writes them, of LINKTYPE_RAW. */
  rawPackets(interfaceName: string, pcap: Uint8Array): void {
    const writer = this.#writer;
    const packets: Packet[] = [];
    const interfaceId = writer.interfaceId(interfaceName);
    const reader = createPcapReader({
      packet: (packet) => packets.push({ ...packet, interfaceId, interfaceName }),
      problem: this.#onProblem,
    });
    reader.push(pcapHeader);
    reader.push(pcap);
    writer.document(interfaceName, [], packets);
    for (const packet of packets) this.#decoder.packet(packet);
  }

  /**
   * Ends captures whose last part does not come any more, as after the end of an aggregator. To be called now and then.
   * @param now milliseconds, of a clock that only goes forward
   */
  expire(now: number): void {
    for (const id of this.#decoder.expire(now, now - longestSilence)) {
      this.#unfinished++;
      this.#writer.forget(id);
    }
  }

  /** Brings flows up to date with exchanges that go on. */
  flush(): void {
    this.#decoder.flush();
  }
}
