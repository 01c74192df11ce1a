import type { CaptureDocument } from '../../../app/capture/document.ts';
import { addressNames, type NameAt } from '../../../app/capture/document-names.ts';
import { interfaceNameOf, readDocumentPackets } from '../../../app/capture/document-packets.ts';
import { milliseconds } from '../../../app/flows/observation.ts';
import type { Packet } from '../../../app/model/packet.ts';
import type { Problem } from '../../../app/model/problem.ts';
import type { DecodedSink } from '../decoding/decoded-sink.ts';
import { FlowDecoder } from '../decoding/flow-decoder.ts';
import type { SpillFile } from '../store/spill-file.ts';
import { SessionWriter } from './session-writer.ts';

/** Live captures on their way: into the session file first, then through the decoder. */
export class LiveCapture {
  readonly writer: SessionWriter;
  readonly #decoder: FlowDecoder;
  readonly #onProblem: (problem: Problem) => void;

  /** @throws when the session file cannot be made */
  constructor(path: string, spill: SpillFile, sink: DecodedSink, onProblem: (problem: Problem) => void) {
    this.writer = new SessionWriter(path);
    this.#decoder = new FlowDecoder(spill, sink);
    this.#onProblem = onProblem;
  }

  get packets(): number {
    return this.#decoder.packets;
  }

  document(document: CaptureDocument, nameAt: NameAt): void {
    const { writer } = this;
    const packets: Packet[] = [];
    const interfaceName = interfaceNameOf(document);
    readDocumentPackets(
      document,
      writer.interfaceId(interfaceName),
      writer.comments(document),
      (packet) => packets.push(packet),
      this.#onProblem,
    );
    const [first] = packets;
    const names = first ? addressNames(document, nameAt, milliseconds(first.time)) : [];
    const fresh = writer.document(interfaceName, names, packets);
    // The same order as in the file, so that reading it gives the same flows.
    for (const [address, name] of fresh) this.#decoder.learnName(address, name);
    for (const packet of packets) this.#decoder.packet(packet);
  }

  /** Brings flows up to date with exchanges that go on. */
  flush(): void {
    this.#decoder.flush();
  }
}
