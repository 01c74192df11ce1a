import { closeSync, fstatSync, openSync } from 'node:fs';
import type { Problem } from '../../../app/model/problem.ts';
import type { Hole } from './append-file.ts';
import { readFully } from './read-fully.ts';
import { isLost, type Spill } from './spill.ts';

/** What the writer of a spill file tells its reader beside the bytes. */
export interface SpillState {
  readonly lost: readonly Hole[];
  readonly problem: Problem | null;
}

/** The spill file that another thread writes. What that thread told of is on disk by then. */
export class SpillReader implements Spill {
  readonly path: string;
  #descriptor: number | null = null;
  #state: SpillState = { lost: [], problem: null };

  constructor(path: string) {
    this.path = path;
  }

  get bytesOnDisk(): number {
    return this.#descriptor === null ? 0 : fstatSync(this.#descriptor).size;
  }

  get problem(): Problem | null {
    return this.#state.problem;
  }

  /** The writer has made the file. */
  open(): void {
    this.#descriptor ??= openSync(this.path, 'r');
  }

  changed(state: SpillState): void {
    this.#state = state;
  }

  read(offset: number, length: number): Uint8Array | null {
    if (this.#descriptor === null || length < 0 || offset < 0 || isLost(this.#state.lost, offset, length)) return null;
    if (offset + length > this.bytesOnDisk) return null;
    const bytes = new Uint8Array(length);
    return readFully(this.#descriptor, bytes, length, offset) ? bytes : null;
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}
