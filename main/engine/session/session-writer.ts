import type { AddressName } from '../../../app/capture/document-names.ts';
import { LINKTYPE_RAW } from '../../../app/formats/pcap/pcap-format.ts';
import {
  interfaceBlock,
  nameBlock,
  packetBlock,
  sectionHeaderBlock,
} from '../../../app/formats/pcapng/pcapng-writer.ts';
import type { Packet } from '../../../app/model/packet.ts';
import type { Problem } from '../../../app/model/problem.ts';
import { AppendFile } from '../store/append-file.ts';

/** Names remembered as written; beyond, some are written again. */
const maximumNames = 100_000;

/**
 * Appends live captures to a pcapng file: an interface for each pod, names when they are first learnt, and each
 * document's packets at once. A full disk costs documents, never the file: it goes on with a new section, which names
 * its interfaces anew.
 */
export class SessionWriter {
  readonly #file: AppendFile;
  readonly #interfaces = new Map<string, number>();
  readonly #names = new Set<string>();
  #sectionBegun = false;
  #lostDocuments = 0;
  /** Documents that were gathered and are not known to be on disk. */
  #unwritten = 0;

  /** @throws when the file cannot be made */
  constructor(path: string) {
    this.#file = new AppendFile(path, 'drop');
    this.#append([]);
    this.flush();
  }

  get path(): string {
    return this.#file.path;
  }

  get bytes(): number {
    return this.#file.length;
  }

  get problems(): Problem[] {
    const problems: Problem[] = this.#file.failure === null ? [] : [this.#file.failure];
    if (this.#lostDocuments > 0) {
      const text = `About ${this.#lostDocuments} captures are not in the session file, because the disk did not take them.`;
      problems.push({ severity: 'warning', code: 'session.lost', text });
    }
    return problems;
  }

  /** The number of the pod's interface in this section; a new one is written with the next document. */
  interfaceId(name: string): number {
    return this.#interfaces.get(name) ?? this.#interfaces.size;
  }

  /** Writes a document's packets, whose interface is `interfaceId(interfaceName)`. */
  document(interfaceName: string, names: readonly AddressName[], packets: readonly Packet[]): void {
    const blocks: Uint8Array[] = [];
    if (!this.#interfaces.has(interfaceName)) {
      this.#interfaces.set(interfaceName, this.#interfaces.size);
      blocks.push(interfaceBlock(LINKTYPE_RAW, interfaceName));
    }
    const fresh = names.filter(([address, name]) => !this.#names.has(`${address} ${name}`));
    if (fresh.length > 0) {
      if (this.#names.size > maximumNames) this.#names.clear();
      for (const [address, name] of fresh) this.#names.add(`${address} ${name}`);
      blocks.push(nameBlock(fresh.map(([address, name]) => [address, [name]])));
    }
    for (const packet of packets) {
      blocks.push(packetBlock(packet.interfaceId, packet.time, packet.data, packet.comments, packet.originalLength));
    }
    this.#append(blocks);
  }

  flush(): void {
    if (this.#file.flush() !== null) this.#restart();
    else this.#unwritten = 0;
  }

  close(): void {
    this.flush();
    this.#file.close();
  }

  #append(blocks: readonly Uint8Array[]): void {
    const head = this.#sectionBegun ? [] : [sectionHeaderBlock({ application: 'Packet Inspector' })];
    this.#sectionBegun = true;
    const written = this.#file.flushedLength;
    this.#unwritten++;
    if (this.#file.append(Buffer.concat([...head, ...blocks])) !== null) this.#restart();
    else if (this.#file.flushedLength !== written) this.#unwritten = 1;
  }

  /** What was gathered is lost, names of interfaces among it: a new section makes the file whole again. */
  #restart(): void {
    this.#lostDocuments += this.#unwritten;
    this.#unwritten = 0;
    this.#sectionBegun = false;
    this.#interfaces.clear();
    this.#names.clear();
  }
}
