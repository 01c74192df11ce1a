import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** One capture on disk. */
export interface ManifestEntry {
  readonly name: string;
  /** `CaptureMetadata.id`. */
  readonly id: string;
  /** When it was begun, milliseconds since the epoch. */
  readonly time: number;
}

const FILE = 'packet-inspector-captures.jsonl';

/**
 * The list of captures that this receiver wrote, kept beside them, one JSON line each: after a restart it knows which files
 * are its own to remove, and which of them to go on with.
 */
export class Manifest {
  private readonly path: string;
  private file: number | null = null;

  constructor(folder: string) {
    this.path = join(folder, FILE);
  }

  /** Entries of former runs. Lines that cannot be read (a crash cut the last one) are left out. */
  load(): ManifestEntry[] {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch {
      return [];
    }
    return text.split('\n').flatMap((line) => {
      const entry = parse(line);
      return entry ? [entry] : [];
    });
  }

  /** Replaces the list by these entries. */
  rewrite(entries: Iterable<ManifestEntry>): void {
    this.close();
    const next = `${this.path}.new`;
    rmSync(next, { force: true });
    writeFileSync(next, Array.from(entries, (entry) => `${JSON.stringify(entry)}\n`).join(''), {
      mode: 0o600,
      flag: 'wx',
    });
    renameSync(next, this.path);
  }

  add(entry: ManifestEntry): void {
    this.file ??= openSync(this.path, 'a', 0o600);
    writeSync(this.file, `${JSON.stringify(entry)}\n`);
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
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
