import { constants, mkdirSync, readFileSync, statSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaptureDocument } from '../../../app/capture/document.ts';
import { createDocumentSplitter } from '../../../app/capture/document-splitter.ts';
import type { FileNameForm } from '../../../app/capture/file-names.ts';
import { parseFromAggregator } from '../../../app/capture/stream-parse.ts';
import { LINKTYPE_RAW } from '../../../app/formats/pcap/pcap-format.ts';
import { pcapFileHeader } from '../../../app/formats/pcap/pcap-writer.ts';
import { errorText, type Log } from '../../log.ts';
import { captureName } from './capture-name.ts';
import { Manifest } from './manifest.ts';
import { WriteLanes } from './write-lanes.ts';

export interface CaptureFilesOptions {
  readonly folder: string;
  /** Bytes of all files together. */
  readonly maximumBytes: number;
  /** Milliseconds. */
  readonly maximumAge: number;
  readonly names: FileNameForm;
  readonly log: Log;
}

/** One capture on disk: `<name>.bson` and `<name>.pcap`. */
interface Written {
  readonly name: string;
  readonly id: string;
  readonly time: number;
  /** File of the manifest that lists it, and when it does. */
  readonly file: number;
  readonly listed: Promise<void>;
  readonly lane: number;
  /** Bytes of its files, also of what waits to be written. */
  bson: number;
  pcap: number;
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
/** What a file system gives out at least: many small files take far more room than bytes. */
const BLOCK = 4096;
/** Captures remembered, about 0.5 KB each; also those that could not be written. */
const MAXIMUM_CAPTURES = 150_000;
/** Bytes that may wait to be written. */
const MAXIMUM_WAITING = 32 * 1024 * 1024;

/**
 * Writes each capture's documents as they came (`.bson`) and its packets (`.pcap`), readable by the owner only, and removes
 * the oldest captures beyond a size and an age. Written beside everything else: a disk that is full or slow costs files,
 * which are counted, and never holds up the ring.
 */
export class CaptureFiles {
  /** By capture id, oldest first. */
  private readonly written = new Map<string, Written>();
  private readonly names = new Set<string>();
  private readonly lanes = new WriteLanes();
  /** Runs through, so that a free name is found at once however many captures have the same one. */
  private collisions = 1;
  private readonly manifest: Manifest;
  private readonly options: CaptureFilesOptions;
  private lastLogged = 0;
  /** Room on the disk, in whole blocks. */
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

  /** Bytes that wait to be written. */
  get waiting(): number {
    return this.lanes.bytes;
  }

  /**
   * Has a document put into its capture's files. `raw` is it as it came, of which `document` may hold the first event alone;
   * both are copied. A failure is counted and logged, not thrown.
   */
  write(document: CaptureDocument, raw: Uint8Array, now: number): void {
    const known = this.written.get(document.metadata.id);
    if (known?.failed) return;
    if (this.waiting > MAXIMUM_WAITING) {
      this.fail(known, new Error('the disk is slower than the captures come'));
      return;
    }
    const capture = known ?? this.begin(document, now);
    try {
      if (this.isNew(capture, document.part)) this.append(capture, document, raw);
    } catch (error) {
      this.fail(capture, error);
    }
    this.removeOldest();
  }

  /** Removes what is too old; to be called now and then. */
  expire(now: number): void {
    for (const capture of this.written.values()) {
      if (now - capture.time < this.options.maximumAge) break;
      this.remove(capture);
    }
    this.shortenManifest();
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    await this.lanes.done();
  }

  private begin(document: CaptureDocument, now: number): Written {
    const entry = { name: this.freeName(document), id: document.metadata.id, time: now };
    const listed = this.manifest.add(entry);
    const sizes = { bson: 0, pcap: 0 };
    return this.remember({ ...entry, ...listed, ...sizes, lane: this.lanes.lane(), nextPart: 0, failed: false });
  }

  private remember(capture: Written): Written {
    this.written.set(capture.id, capture);
    this.names.add(capture.name);
    this.bytes += roomOf(capture);
    return capture;
  }

  private freeName(document: CaptureDocument): string {
    const name = captureName(document, this.options.names);
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
    const flag = capture.bson === 0 ? CREATE : APPEND;
    // A capture whose beginning was lost is to be a readable file all the same.
    const needsHeader = capture.bson === 0 && document.part > 0;
    const pcap = Buffer.concat(needsHeader ? [PCAP_HEADER, document.pcap] : [document.pcap]);
    const bson = Buffer.from(raw);
    this.bytes -= roomOf(capture);
    capture.bson += bson.length;
    capture.pcap += pcap.length;
    this.bytes += roomOf(capture);
    this.lanes.add(capture.lane, bson.length + pcap.length, async () => {
      if (capture.failed) return;
      try {
        // Never a file that the next run would not know for its own.
        await capture.listed;
        await writeFile(this.path(capture, 'bson'), bson, { flag, mode: 0o600 });
        await writeFile(this.path(capture, 'pcap'), pcap, { flag, mode: 0o600 });
        this.problem = '';
      } catch (error) {
        this.fail(capture, error);
      }
    });
  }

  /** A capture that is not whole is not kept; what of it follows is not written either. */
  private fail(capture: Written | undefined, error: unknown): void {
    this.failed++;
    this.complain(error);
    if (!capture) return;
    capture.failed = true;
    this.erase(capture);
  }

  private removeOldest(): void {
    if (this.bytes <= this.options.maximumBytes && this.written.size <= MAXIMUM_CAPTURES) return;
    for (const capture of this.written.values()) {
      if (this.bytes <= this.options.maximumBytes && this.written.size <= MAXIMUM_CAPTURES) break;
      this.remove(capture);
    }
    this.shortenManifest();
  }

  private remove(capture: Written): void {
    this.written.delete(capture.id);
    this.names.delete(capture.name);
    this.removed++;
    this.erase(capture);
  }

  /** After what of it waits to be written. */
  private erase(capture: Written): void {
    this.bytes -= roomOf(capture);
    capture.bson = 0;
    capture.pcap = 0;
    this.lanes.add(capture.lane, 0, async () => {
      try {
        await rm(this.path(capture, 'bson'), { force: true });
        await rm(this.path(capture, 'pcap'), { force: true });
      } catch (error) {
        this.complain(error);
      }
    });
  }

  private shortenManifest(): void {
    const [oldest] = this.written.values();
    this.manifest.keepFrom(oldest?.file ?? Number.POSITIVE_INFINITY);
  }

  private loadFormer(): void {
    for (const entry of this.manifest.load()) {
      const [bson, pcap] = ['bson', 'pcap'].map((kind) => statSync(this.path(entry, kind), { throwIfNoEntry: false }));
      if (bson === undefined) continue;
      const sizes = { bson: bson.size, pcap: pcap?.size ?? 0, listed: Promise.resolve() };
      this.remember({ ...entry, ...sizes, lane: this.lanes.lane(), nextPart: null, failed: false });
    }
    this.shortenManifest();
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

/** Bytes that both files take on the disk. */
function roomOf({ bson, pcap }: Written): number {
  return (Math.ceil(bson / BLOCK) + Math.ceil(pcap / BLOCK)) * BLOCK;
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
