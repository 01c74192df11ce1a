import type { Problem } from '../../../app/model/problem.ts';
import type { SpillState } from '../store/spill-reader.ts';

/** What the decoding thread is started with. */
export interface DecodingTask {
  /** The capture file. */
  readonly path: string;
  /** The spill file, which is made anew. */
  readonly spill: string;
}

/** What is told to the decoding thread: that a step was taken over, or that there is to be no other. */
export type DecodingCommand = 'taken' | 'cancel';

/** How far the decoding has come. All of it is in the spill file when it is told. */
export interface DecodingStep {
  readonly type: 'step';
  /** What `applyChanges` reads; null when there is nothing new. */
  readonly changes: Uint8Array<ArrayBuffer> | null;
  /** What was found wrong with the file itself since the step before. */
  readonly problems: readonly Problem[];
  /** Of the file, as it lies there. Bytes. */
  readonly done: number;
  readonly total: number;
  /** Packets taken so far. */
  readonly packets: number;
  readonly spill: SpillState;
}

/** The last that is told: why the file cannot be read, or null. */
export interface DecodingEnd {
  readonly type: 'end';
  readonly refusal: { readonly code: string; readonly message: string } | null;
}
