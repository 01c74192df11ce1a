import type { EmulatorCapture, ListedPod } from '../mesh/aspen/emulator-files.ts';

/** Captures that were found, and the state of the pods. */
export interface EmulatorList {
  /** The newest first, as many as were asked for. */
  readonly captures: readonly EmulatorCapture[];
  /** How many match, and the bytes of all of them. */
  readonly total: number;
  readonly bytes: number;
  readonly pods: readonly ListedPod[];
}

/** Captures of the emulators of one cluster. */
export interface EmulatorSelection {
  /** The cluster. */
  readonly id: string;
  /** Regular expression that matches somewhere in their names; '' for all. */
  readonly name: string;
  /** `emulatorKey` of each one that is wanted; null for all that match. */
  readonly captures: readonly string[] | null;
}

/** Progress of reading captures into a session. Counts of files include those still to be read. */
export interface EmulatorReading {
  /** The cluster. */
  readonly id: string;
  /** `following`: it waits for more. */
  readonly phase: 'reading' | 'following' | 'ended';
  /** Why it cannot go on, for good or for now, as a sentence; or ''. */
  readonly problem: string;
  readonly files: number;
  readonly read: number;
  readonly failed: number;
  readonly bytes: number;
  /** Captures that were taken: one file gives one, or many. */
  readonly captures: number;
  /** The first files that failed: `<namespace>/<pod>/<name>`, and why. */
  readonly failures: readonly { readonly file: string; readonly problem: string }[];
  /** Sentences: what is wrong with pods, and what a bound left unread. */
  readonly problems: readonly string[];
}
