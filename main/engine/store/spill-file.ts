import type { BodyStore } from '../../../app/model/exchange.ts';
import type { Problem } from '../../../app/model/problem.ts';
import { AppendFile, type Hole } from './append-file.ts';
import { readFully } from './read-fully.ts';
import { isLost, type Spill } from './spill.ts';

/** Runs that were lost, remembered at most; beyond, neighbouring ones are taken as one. */
const maximumHoles = 10_000;

/**
 * Bytes that are needed again only when somebody looks: bodies and finished exchanges. Appended, never changed, read by
 * the offset that `append` returned. What a full disk did not take reads as null.
 */
export class SpillFile implements BodyStore, Spill {
  readonly #file: AppendFile;
  /** In order of offset. */
  readonly #holes: [number, number][] = [];

  constructor(path: string) {
    this.#file = new AppendFile(path, 'hole');
  }

  get path(): string {
    return this.#file.path;
  }

  get bytesOnDisk(): number {
    return this.#file.bytesOnDisk;
  }

  get problem(): Problem | null {
    if (this.#file.failure !== null) return this.#file.failure;
    if (this.#holes.length === 0) return null;
    const lost = this.#holes.reduce((sum, [, length]) => sum + length, 0);
    const text = `${lost} bytes of bodies and details could not be kept, because they could not be written to the disk.`;
    return { severity: 'warning', code: 'spill.lost', text };
  }

  /** In order of offset. */
  get lost(): readonly Hole[] {
    return this.#holes;
  }

  append(bytes: Uint8Array): number {
    const offset = this.#file.length;
    this.#note(this.#file.append(bytes));
    return offset;
  }

  flush(): void {
    this.#note(this.#file.flush());
  }

  read(offset: number, length: number): Uint8Array | null {
    if (length < 0 || offset < 0 || offset + length > this.#file.length || isLost(this.#holes, offset, length))
      return null;
    const bytes = new Uint8Array(length);
    const { flushedLength, pending } = this.#file;
    const fromDisk = Math.max(0, Math.min(length, flushedLength - offset));
    if (!readFully(this.#file.descriptor, bytes, fromDisk, offset)) return null;
    if (fromDisk < length) {
      const from = offset + fromDisk - flushedLength;
      bytes.set(pending.subarray(from, from + length - fromDisk), fromDisk);
    }
    return bytes;
  }

  close(): void {
    this.#file.close();
  }

  #note(hole: Hole | null): void {
    if (hole === null) return;
    const last = this.#holes.at(-1);
    if (last !== undefined && (last[0] + last[1] === hole[0] || this.#holes.length >= maximumHoles)) {
      last[1] = hole[0] + hole[1] - last[0];
    } else {
      this.#holes.push([hole[0], hole[1]]);
    }
  }
}
