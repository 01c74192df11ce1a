import type { Problem } from '../../../app/model/problem.ts';
import type { Hole } from './append-file.ts';

/** The reading side of a spill file, whoever writes it: bodies and exchanges, by the offset they were put at. */
export interface Spill {
  readonly path: string;
  readonly bytesOnDisk: number;
  /** Why something is missing in it; null when nothing is. */
  readonly problem: Problem | null;
  /** Bytes at an offset; null when they were lost. */
  read(offset: number, length: number): Uint8Array | null;
  close(): void;
}

/** Whether some of these bytes are in one of the holes. */
export function isLost(holes: readonly Hole[], offset: number, length: number): boolean {
  return holes.some(([start, size]) => start < offset + length && offset < start + size);
}
