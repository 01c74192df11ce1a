import { closeSync, constants, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { CaptureDocument } from '../../../app/capture/document.ts';
import { createDocumentSplitter } from '../../../app/capture/document-splitter.ts';
import { parseFromAggregator } from '../../../app/capture/stream-parse.ts';
import { LINKTYPE_RAW } from '../../../app/formats/pcap/pcap-format.ts';
import { pcapFileHeader } from '../../../app/formats/pcap/pcap-writer.ts';
import { errorText, type Log } from '../../log.ts';
import { captureName } from './capture-name.ts';
import { Manifest } from './manifest.ts';

export interface CaptureFilesOptions {
  readonly folder: string;
  /** Bytes of all files together. */
  readonly maximumBytes: number;
  /** Milliseconds. */
  readonly maximumAge: number;
  readonly log: Log;
}

/** One capture on disk: `<name>.bson` and `<name>.pcap`. */
interface Written {
  readonly name: string;
  readonly id: string;
  readonly time: number;
  bytes: number;
  /** Parts that are in the file; null for a file of a former run that was not looked into yet. */
  nextPart: number | null;
  /** A write failed: the files were removed, and what follows of the capture is not written. */
  failed: boolean;
}

const LOG_EVERY = 10_000;
const PCAP_HEADER = pcapFileHeader(LINKTYPE_RAW);
/** Never follows a link that somebody put in a shared folder such as /tmp, never takes over another's file. */
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW;

/**
 * Writes each capture's documents as they came (`.bson`) and its packets (`.pcap`), readable by the owner only, and removes
 * the oldest captures beyond a size and an age. Written synchronously: a document is acknowledged when it is with the kernel.
 */
export class CaptureFiles {
  /** By capture id, oldest first. */
  private readonly written = new Map<string, Written>();
  private readonly names = new Set<string>();
  /** Runs through, so that a free name is found at once however many captures have the same one. */
  private collisions = 1;
  private readonly manifest: Manifest;
  private readonly options: CaptureFilesOptions;
  private lastLogged = 0;
  bytes = 0;
  failed = 0;
  removed = 0;
  /** Why the last write failed; '' when it did not. */
  problem = '';

  constructor(options: CaptureFilesOptions) {
    this.options = options;
    this.manifest = new Manifest(options.folder);
    try {
      mkdirSync(options.folder, { recursive: true, mode: 0o700 });
      this.loadFormer();
    } catch (error) {
      this.complain(error);
    }
  }

  get size(): number {
    return this.written.size;
  }

  /**
   * Puts a document into its capture's files. `raw` is it as it came, of which `document` may hold the
   * first event alone. A failure is counted and logged, not thrown.
   */
  write(document: CaptureDocument, raw: Uint8Array, now: number): void {
    let capture: Written | undefined;
    try {
      capture = this.written.get(document.metadata.id) ?? this.begin(document, now);
      if (capture.failed || !this.isNew(capture, document.part)) return;
      this.append(capture, document, raw);
      this.problem = '';
    } catch (error) {
      this.failed++;
      this.complain(error);
      if (capture) this.abandon(capture);
    }
    if (this.bytes > this.options.maximumBytes) this.removeOldest();
  }

  /** Removes what is too old; to be called now and then. */
  expire(now: number): void {
    for (const capture of this.written.values()) {
      if (now - capture.time < this.options.maximumAge) return;
      this.remove(capture);
    }
  }

  close(): void {
    this.manifest.close();
  }

  private begin(document: CaptureDocument, now: number): Written {
    const { id } = document.metadata;
    const capture: Written = { name: this.freeName(document), id, time: now, bytes: 0, nextPart: 0, failed: false };
    this.manifest.add({ name: capture.name, id, time: now });
    this.written.set(id, capture);
    this.names.add(capture.name);
    return capture;
  }

  private freeName(document: CaptureDocument): string {
    const name = captureName(document);
    let free = name;
    while (this.names.has(free)) free = `${name}-${++this.collisions}`;
    return free;
  }

  /** False for a part that is in the file already: it was written before its acknowledgement got lost with a former run. */
  private isNew(capture: Written, part: number): boolean {
    capture.nextPart ??= partsIn(this.path(capture, 'bson'));
    if (part < capture.nextPart) return false;
    capture.nextPart = part + 1;
    return true;
  }

  private append(capture: Written, document: CaptureDocument, raw: Uint8Array): void {
    const flags = capture.bytes === 0 ? CREATE : APPEND;
    this.put(this.path(capture, 'bson'), flags, raw);
    // A capture whose beginning was lost is to be a readable file all the same.
    const needsHeader = capture.bytes === 0 && document.part > 0;
    const packets = needsHeader ? Buffer.concat([PCAP_HEADER, document.pcap]) : document.pcap;
    this.put(this.path(capture, 'pcap'), flags, packets);
    capture.bytes += raw.length + packets.length;
    this.bytes += raw.length + packets.length;
  }

  private put(path: string, flags: number, bytes: Uint8Array): void {
    const file = openSync(path, flags, 0o600);
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    } finally {
      closeSync(file);
    }
  }

  /** A capture that is not whole is not kept; what of it follows is not written either. */
  private abandon(capture: Written): void {
    capture.failed = true;
    this.bytes -= capture.bytes;
    capture.bytes = 0;
    this.erase(capture);
  }

  private removeOldest(): void {
    for (const capture of this.written.values()) {
      if (this.bytes <= this.options.maximumBytes) return;
      this.remove(capture);
    }
  }

  private remove(capture: Written): void {
    this.written.delete(capture.id);
    this.names.delete(capture.name);
    this.bytes -= capture.bytes;
    this.removed++;
    this.erase(capture);
  }

  private erase(capture: Written): void {
    try {
      rmSync(this.path(capture, 'bson'), { force: true });
      rmSync(this.path(capture, 'pcap'), { force: true });
    } catch (error) {
      this.complain(error);
    }
  }

  private loadFormer(): void {
    for (const entry of this.manifest.load()) {
      const sizes = ['bson', 'pcap'].map((kind) => statSync(this.path(entry, kind), { throwIfNoEntry: false })?.size);
      if (sizes[0] === undefined) continue;
      const bytes = sizes[0] + (sizes[1] ?? 0);
      this.written.set(entry.id, { ...entry, bytes, nextPart: null, failed: false });
      this.names.add(entry.name);
      this.bytes += bytes;
    }
    this.manifest.rewrite(Array.from(this.written.values(), ({ name, id, time }) => ({ name, id, time })));
  }

  private path(capture: { readonly name: string }, kind: string): string {
    return join(this.options.folder, `${capture.name}.${kind}`);
  }

  private complain(error: unknown): void {
    this.problem = `captures cannot be written to ${this.options.folder}: ${errorText(error)}`;
    if (Date.now() - this.lastLogged < LOG_EVERY) return;
    this.lastLogged = Date.now();
    this.options.log.error('captures cannot be written', {
      folder: this.options.folder,
      reason: errorText(error),
      failed: this.failed,
    });
  }
}

/** How many parts a capture's file of a former run holds. */
function partsIn(path: string): number {
  let next = 0;
  createDocumentSplitter((bytes) => {
    const message = parseFromAggregator(bytes);
    if (message.type === 'document' && message.document.type === 'capture') next = message.document.part + 1;
  }).push(readFileSync(path));
  return next;
}
