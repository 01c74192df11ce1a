import type { CaptureDocument } from '../../../app/capture/document.ts';
import { StreamFormatError, takeDocuments } from '../../../app/capture/document-splitter.ts';
import { RecentCaptures } from '../../../app/capture/recent-captures.ts';
import { parseFromAggregator } from '../../../app/capture/stream-parse.ts';
import { captureKey, type EmulatorFile, emulatorKey, splitFileName } from '../../../app/mesh/aspen/emulator-files.ts';
import { NetworkPackets } from './network-packets.ts';
import type { FileSink } from './reader.ts';
import type { EmulatorListing } from './source.ts';

export interface CaptureSinkOptions {
  /** Whether a capture is wanted, whichever of its files is read. */
  readonly isWanted: (file: EmulatorFile) => boolean;
  /** Null while more can be taken; else what resolves when it can again. */
  readonly room: () => Promise<void> | null;
  readonly onCapture: (document: CaptureDocument) => void;
  /** Packets of which nothing else is known, as libpcap has them in a file of LINKTYPE_RAW, behind its header. */
  readonly onPackets: (file: EmulatorFile, pcap: Uint8Array) => void;
}

/**
 * Makes captures of files: of `.bson` files, which have all that is known, and of `.pcap` files where there is no `.bson`
 * or it is of another kind than docs/analysis-stream.md says, as another emulator's may be. Each capture comes once, however many
 * files hold it.
 */
export class CaptureSink implements FileSink {
  readonly #options: CaptureSinkOptions;
  readonly #recent = new RecentCaptures();
  /** Captures whose `.bson` cannot be read here, by `captureKey`. */
  readonly #foreign = new Set<string>();
  /** Captures that had a `.pcap` alone when it was looked the last time. */
  #alone = new Set<string>();
  /** By `emulatorKey`. */
  readonly #pcaps = new Map<string, NetworkPackets>();
  /** Captures taken so far. */
  captures = 0;

  constructor(options: CaptureSinkOptions) {
    this.#options = options;
  }

  choose({ files, pods }: EmulatorListing): readonly EmulatorFile[] {
    const wanted = files.filter(this.#options.isWanted);
    if (pods.every(({ problem }) => problem === '')) this.#forgetGone(wanted);
    const documents = new Set(wanted.filter(({ name }) => name.endsWith('.bson')).map(captureKey));
    const alone = new Set<string>();
    const chosen = wanted.filter((file) => {
      if (splitFileName(file.name).format === 'bson') return true;
      const key = captureKey(file);
      if (this.#foreign.has(key) || this.#pcaps.has(emulatorKey(file))) return true;
      if (documents.has(key)) return false;
      alone.add(key);
      // Its `.bson` may be about to be written.
      return this.#alone.has(key);
    });
    this.#alone = alone;
    return chosen;
  }

  #forgetGone(files: readonly EmulatorFile[]): void {
    const captures = new Set(files.map(captureKey));
    for (const key of this.#foreign) if (!captures.has(key)) this.#foreign.delete(key);
    const names = new Set(files.map(emulatorKey));
    for (const key of this.#pcaps.keys()) if (!names.has(key)) this.#pcaps.delete(key);
  }

  async take(file: EmulatorFile, from: number, bytes: Uint8Array): Promise<number> {
    await this.#options.room();
    return splitFileName(file.name).format === 'bson' ? this.#documents(file, from, bytes) : this.#packets(file, bytes);
  }

  #documents(file: EmulatorFile, from: number, bytes: Uint8Array): number {
    let read = from;
    try {
      return takeDocuments(bytes, (document) => {
        const parsed = parseFromAggregator(document);
        read += document.length;
        if (parsed.type === 'document' && parsed.document.type === 'capture') this.#capture(parsed.document);
      });
    } catch (error) {
      if (!(error instanceof StreamFormatError)) throw error;
      // What was taken of it would come twice with its packets.
      if (read > 0) throw new Error(`It is damaged from byte ${read} on: ${error.message}.`);
      this.#foreign.add(captureKey(file));
      throw new Error(
        `Our receiver does not write such a file (${error.message}): its .pcap is read instead, if there is one.`,
      );
    }
  }

  #capture(document: CaptureDocument): void {
    const { part, metadata } = document;
    const next = this.#recent.next(metadata.id);
    // Of a capture whose beginning is missing nothing can be read.
    if (part > 0 && next === 0) return;
    if (!this.#recent.take(metadata.id, part)) return;
    if (part === 0) this.captures++;
    this.#options.onCapture(document);
  }

  #packets(file: EmulatorFile, bytes: Uint8Array): number {
    const key = emulatorKey(file);
    let pcap = this.#pcaps.get(key);
    if (!pcap) {
      pcap = new NetworkPackets();
      this.#pcaps.set(key, pcap);
      this.captures++;
    }
    this.#options.onPackets(file, pcap.read(bytes));
    return bytes.length;
  }
}
