import type { Random } from './random.ts';

/** Something to fuzz. Inputs are one run of bytes each, so that one that fails can be kept and run again. */
export interface FuzzTarget {
  readonly name: string;
  /** A new input. */
  generate(random: Random): Uint8Array;
  /** Runs it; throws when something is wrong. `random` decides only how it is cut. */
  run(input: Uint8Array, random: Random): void;
}
