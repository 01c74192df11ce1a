import type { EmulatorCapture, ListedPod } from '../mesh/aspen/emulator-files.ts';

/** Captures that were found, and how it is with the pods. */
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

/** How the reading of captures into a session is. Counts of files are of those that were read or are to be. */
export interface EmulatorReading {
  /** The cluster. */
  readonly id: string;
  /** `following`: it waits for more. */
  readonly phase: 'reading' | 'following' | 'ended';
  /** Why it cannot go on, or not just now, as a sentence; ''. */
  readonly problem: string;
  readonly files: number;
  readonly read: number;
  readonly failed: number;
  readonly bytes: number;
  /** Captures that were taken: one file gives one, or many. */
  readonly captures: number;
  /** The first files that failed: `<namespace>/<pod>/<name>`, and why. */
  readonly failures: readonly { readonly file: string; readonly problem: string }[];
  /** What is wrong with pods, or not read for a bound; sentences. */
  readonly problems: readonly string[];
}
