import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Problem } from '../../../app/model/problem.ts';

/** Bytes gathered before they are written without waiting for the next `flush`. */
const bufferSize = 1 << 20;
/** After a write failed, how long nothing is tried, so that a full disk costs no time. Milliseconds. */
const retryPause = 1000;

/** A run of the file that could not be written: `[offset, length]`. */
export type Hole = readonly [offset: number, length: number];

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC') return 'the disk is full';
  if (code === 'EDQUOT') return 'the disk quota is used up';
  return error instanceof Error ? error.message : String(error);
}

/**
 * A file of our own that is only appended to, for this user alone (0600). Writes are gathered; what cannot be written
 * (a full disk) leaves the part before it whole and is told by `failure`, and later appends are tried again.
 */
export class AppendFile {
  readonly path: string;
  readonly #descriptor: number;
  readonly #onFailure: 'hole' | 'drop';
  readonly #buffer = Buffer.allocUnsafe(bufferSize);
  #buffered = 0;
  #written = 0;
  #failure: Problem | null = null;
  #failedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param onFailure what happens to bytes that the disk does not take: they leave a `hole`, so that the offsets of later
   *   bytes are as `length` told them; or they are dropped as if they had never been appended.
   * @throws when the file is there already or cannot be made
   */
  constructor(path: string, onFailure: 'hole' | 'drop') {
    this.path = path;
    this.#onFailure = onFailure;
    this.#descriptor = openSync(path, 'wx+', 0o600);
  }

  get descriptor(): number {
    return this.#descriptor;
  }

  /** Where the next byte comes to stand. */
  get length(): number {
    return this.#written + this.#buffered;
  }

  /** Bytes that the disk really holds. */
  get bytesOnDisk(): number {
    return fstatSync(this.#descriptor).size;
  }

  /** Why the last write failed; null again once one succeeded. */
  get failure(): Problem | null {
    return this.#failure;
  }

  /** What was appended and not written yet, from `flushedLength` on. Valid until the next append. */
  get pending(): Uint8Array {
    return this.#buffer.subarray(0, this.#buffered);
  }

  get flushedLength(): number {
    return this.#written;
  }

  /**
   * Takes a copy of `bytes`, or nothing of them. Returns the run that the disk did not take: these bytes and all that
   * were gathered before them.
   */
  append(bytes: Uint8Array): Hole | null {
    if (this.#buffered + bytes.length > bufferSize) {
      const hole = this.flush();
      if (hole !== null) {
        if (this.#onFailure === 'hole') this.#written += bytes.length;
        return [hole[0], hole[1] + bytes.length];
      }
    }
    if (bytes.length > bufferSize) return this.#write(bytes);
    this.#buffer.set(bytes, this.#buffered);
    this.#buffered += bytes.length;
    return null;
  }

  /** Writes what was gathered. */
  flush(): Hole | null {
    if (this.#buffered === 0) return null;
    const bytes = this.#buffer.subarray(0, this.#buffered);
    this.#buffered = 0;
    return this.#write(bytes);
  }

  /** Resolves when what was written would outlast a loss of power. Rejects when the disk does not take it after all. */
  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      fdatasync(this.#descriptor, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #write(bytes: Uint8Array): Hole | null {
    const start = this.#written;
    if (performance.now() - this.#failedAt >= retryPause) {
      try {
        let done = 0;
        while (done < bytes.length) {
          done += writeSync(this.#descriptor, bytes, done, bytes.length - done, start + done);
        }
        this.#written += bytes.length;
        this.#failure = null;
        this.#failedAt = Number.NEGATIVE_INFINITY;
        return null;
      } catch (error) {
        this.#failedAt = performance.now();
        this.#failure = { severity: 'error', code: 'file.write', text: `${this.path}: ${reasonOf(error)}.` };
      }
    }
    if (this.#onFailure === 'hole') this.#written += bytes.length;
    else ftruncateSync(this.#descriptor, start);
    return [start, bytes.length];
  }
}
