import { constants, readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One capture on disk. */
export interface ManifestEntry {
  readonly name: string;
  /** `CaptureMetadata.id`. */
  readonly id: string;
  /** When it was begun, milliseconds since the epoch. */
  readonly time: number;
}

/** An entry and the number of the file that it is in. */
export interface Listed extends ManifestEntry {
  readonly file: number;
}

/** Lines that are written together. */
interface Batch {
  readonly file: number;
  text: string;
  readonly listed: Promise<void>;
}

const NAME = /^packet-inspector-captures-(\d+)\.jsonl$/;
/** Never follows a link that somebody put in a shared folder such as /tmp. */
const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
/** Captures are removed in the order in which they came, so whole files of the list go with them. */
const ENTRIES_PER_FILE = 10_000;

/**
 * The list of captures that this receiver wrote, kept beside them, one JSON line each: after a restart it knows which files
 * are its own to remove, and which of them to go on with.
 */
export class Manifest {
  private readonly folder: string;
  private oldest = 0;
  private newest = 0;
  private entries = 0;
  /** To be written after what is being written now. */
  private batch: Batch | null = null;
  private last: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Entries of former runs, the oldest first. Lines that cannot be read (a crash cut the last one) are left out. */
  load(): Listed[] {
    const files = readdirSync(this.folder)
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((left, right) => left - right);
    this.oldest = files[0] ?? 0;
    // A line that was cut off is not gone on with.
    this.newest = (files.at(-1) ?? -1) + 1;
    return files.flatMap((file) =>
      readFileSync(this.path(file), 'utf8')
        .split('\n')
        .flatMap((line) => {
          const entry = parse(line);
          return entry ? [{ ...entry, file }] : [];
        }),
    );
  }

  /** Has an entry listed: gives the number of the file, and a promise that rejects when it cannot be written there. */
  add({ name, id, time }: ManifestEntry): { readonly file: number; readonly listed: Promise<void> } {
    if (this.entries === ENTRIES_PER_FILE) {
      this.newest++;
      this.entries = 0;
    }
    this.entries++;
    const file = this.newest;
    this.batch = this.batch?.file === file ? this.batch : this.nextBatch(file);
    this.batch.text += `${JSON.stringify({ name, id, time })}\n`;
    return { file, listed: this.batch.listed };
  }

  /** Files below this number list nothing any more. */
  keepFrom(file: number): void {
    for (; this.oldest < Math.min(file, this.newest); this.oldest++) {
      const path = this.path(this.oldest);
      this.last = this.last.then(() => rm(path, { force: true })).catch(() => {});
    }
  }

  private nextBatch(file: number): Batch {
    const listed: Promise<void> = this.last.then(() => {
      if (this.batch === batch) this.batch = null;
      return writeFile(this.path(file), batch.text, { flag: APPEND, mode: 0o600 });
    });
    const batch: Batch = { file, text: '', listed };
    this.last = listed.catch(() => {});
    return batch;
  }

  private path(file: number): string {
    return join(this.folder, `packet-inspector-captures-${file}.jsonl`);
  }
}

function parse(line: string): ManifestEntry | null {
  try {
    const { name, id, time } = JSON.parse(line) as Partial<ManifestEntry>;
    // A name with a separator would lead out of the folder.
    if (typeof name !== 'string' || !/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name)) return null;
    return typeof id === 'string' && typeof time === 'number' ? { name, id, time } : null;
  } catch {
    return null;
  }
}
