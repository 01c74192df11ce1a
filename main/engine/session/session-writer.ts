import { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import { captureComment } from '../../../app/capture/comment.ts';
import type { CaptureDocument } from '../../../app/capture/document.ts';
import type { AddressName } from '../../../app/capture/document-names.ts';
import { LINKTYPE_RAW } from '../../../app/formats/pcap/pcap-format.ts';
import {
  appendPacketBlock,
  interfaceBlock,
  nameBlock,
  sectionHeaderBlock,
} from '../../../app/formats/pcapng/pcapng-writer.ts';
import type { Packet } from '../../../app/model/packet.ts';
import type { Problem } from '../../../app/model/problem.ts';
import { AppendFile } from '../store/append-file.ts';

/** Names remembered as written; beyond, some are written again. */
const maximumNames = 100_000;
const nothing: readonly AddressName[] = [];
/** Captures in parts whose metadata is remembered as written; beyond, some is written again. */
const maximumCaptures = 20_000;

/**
 * Appends live captures to a pcapng file: an interface for each pod, names when they are first learnt, and each
 * document's packets at once. A full disk costs documents, never the file: it goes on with a new section, which names
 * its interfaces anew.
 */
export class SessionWriter {
  readonly #file: AppendFile;
  readonly #blocks = new ByteBuilder(1 << 16);
  readonly #interfaces = new Map<string, number>();
  /** Names of services by address. */
  readonly #names = new Map<string, Set<string>>();
  #namesCount = 0;
  /** The pod that each address was last said to belong to: addresses are used again. */
  readonly #pods = new Map<string, string>();
  /** The last comment of each capture that goes on, by its id. */
  readonly #comments = new Map<string, string>();
  #sectionBegun = false;
  #lostDocuments = 0;
  /** Documents that were gathered and are not known to be on disk. */
  #unwritten = 0;

  /** @throws when the file cannot be made */
  constructor(path: string) {
    this.#file = new AppendFile(path, 'drop');
    this.#append(this.#begin().built());
    this.flush();
    this.#lostDocuments = 0;
  }

  get path(): string {
    return this.#file.path;
  }

  /** Of the file. Bytes. */
  get length(): number {
    return this.#file.length;
  }

  get problems(): Problem[] {
    const problems: Problem[] = this.#file.failure === null ? [] : [this.#file.failure];
    if (this.#lostDocuments > 0) {
      const text = `About ${this.#lostDocuments} captures are not in the session file, because they could not be written to the disk.`;
      problems.push({ severity: 'warning', code: 'session.lost', text });
    }
    return problems;
  }

  /** The number of the pod's interface in this section; a new one is written with the next document. */
  interfaceId(name: string): number {
    return this.#interfaces.get(name) ?? this.#interfaces.size;
  }

  /** The comments of a document's first packet: none where an earlier part of the capture said the same. */
  comments({ part, final, metadata }: CaptureDocument): readonly string[] {
    const comment = captureComment(metadata);
    if (part === 0 && final) return [comment];
    const isNews = this.#comments.get(metadata.id) !== comment;
    if (final) {
      this.#comments.delete(metadata.id);
    } else if (isNews) {
      if (this.#comments.size >= maximumCaptures) this.#comments.clear();
      this.#comments.set(metadata.id, comment);
    }
    return isNews ? [comment] : [];
  }

  /** Nothing more is expected of a capture; what comes of it all the same is to have its metadata again. */
  forget(id: string): void {
    this.#comments.delete(id);
  }

  /**
   * Writes a document's packets, whose interface is `interfaceId(interfaceName)`. Returns the names that were not in the
   * file yet.
   */
  document(interfaceName: string, names: readonly AddressName[], packets: readonly Packet[]): readonly AddressName[] {
    const blocks = this.#begin();
    if (!this.#interfaces.has(interfaceName)) {
      this.#interfaces.set(interfaceName, this.#interfaces.size);
      blocks.append(interfaceBlock(LINKTYPE_RAW, interfaceName));
    }
    const fresh = names.some((name) => this.#isNews(name)) ? names.filter((name) => this.#isNews(name)) : nothing;
    if (fresh.length > 0) {
      this.#remember(fresh);
      blocks.append(nameBlock(fresh.map(([address, name]) => [address, [name]])));
    }
    for (const { interfaceId, time, data, comments, originalLength } of packets) {
      appendPacketBlock(blocks, interfaceId, time, data, comments, originalLength);
    }
    this.#append(blocks.built());
    return fresh;
  }

  flush(): void {
    if (this.#file.flush() !== null) this.#restart();
    else this.#unwritten = 0;
  }

  close(): void {
    this.flush();
    this.#file.close();
  }

  #isNews([address, name]: AddressName): boolean {
    return name.endsWith('.pod') ? this.#pods.get(address) !== name : this.#names.get(address)?.has(name) !== true;
  }

  #remember(names: readonly AddressName[]): void {
    if (this.#namesCount > maximumNames) this.#forgetNames();
    if (this.#pods.size > maximumNames) this.#pods.clear();
    for (const [address, name] of names) {
      if (name.endsWith('.pod')) this.#pods.set(address, name);
      else this.#rememberName(address, name);
    }
  }

  #rememberName(address: string, name: string): void {
    const names = this.#names.get(address);
    if (names === undefined) this.#names.set(address, new Set([name]));
    else names.add(name);
    this.#namesCount++;
  }

  #forgetNames(): void {
    this.#names.clear();
    this.#namesCount = 0;
  }

  /** Blocks under construction, after the section header where a section begins. */
  #begin(): ByteBuilder {
    const blocks = this.#blocks;
    blocks.length = 0;
    if (!this.#sectionBegun) blocks.append(sectionHeaderBlock({ application: 'Packet Inspector' }));
    this.#sectionBegun = true;
    return blocks;
  }

  #append(blocks: Uint8Array): void {
    const written = this.#file.flushedLength;
    this.#unwritten++;
    if (this.#file.append(blocks) !== null) this.#restart();
    else if (this.#file.flushedLength !== written) this.#unwritten = 1;
  }

  /** What was gathered is lost, names of interfaces among it: a new section makes the file whole again. */
  #restart(): void {
    this.#lostDocuments += this.#unwritten;
    this.#unwritten = 0;
    this.#sectionBegun = false;
    this.#interfaces.clear();
    this.#forgetNames();
    this.#comments.clear();
  }
}
