import type { Problem } from '../model/problem.ts';

/** How far the reading of a file is. Bytes. */
export interface FileReading {
  readonly done: number;
  /** Of the file; it grows with a file that is followed. */
  readonly total: number;
  /** It does not end at the end of the file, but goes on when the file grows. */
  readonly follows: boolean;
}

/** The session file that flows are kept in. */
export interface SessionInfo {
  readonly name: string;
  readonly path: string;
  /** Bytes on disk. */
  readonly bytes: number;
  /** Resident memory of the engine, bytes. */
  readonly memory: number;
  readonly flows: number;
  /** Problems of the file or the disk: full, cut in the middle … */
  readonly problems: readonly Problem[];
  /** A file is being read; null when not. */
  readonly reading: FileReading | null;
  /** It is a file of this machine that may grow, and so can be followed. */
  readonly canFollow: boolean;
}

/** A session or capture file that can be opened again. */
export interface SessionEntry {
  /** `session`: written by us, and ours to delete; `file`: a capture of the user's. */
  readonly kind: 'session' | 'file';
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** When it was written last: milliseconds since the epoch. */
  readonly modified: number;
}

/** A path that the user chose to save to, sealed by the shell: the engine takes no other. */
export interface SaveTarget {
  /** Absolute. */
  readonly path: string;
  readonly permit: string;
}

/** How far a saving is: flows or bytes. */
export interface SaveProgress {
  readonly done: number;
  readonly total: number;
}

/** How starting Wireshark went. */
export interface WiresharkResult {
  readonly started: boolean;
  readonly path: string;
  readonly arguments: readonly string[];
  /** The file that was written for it. */
  readonly file: string;
  /** When it was not found: how to get it, in one or two sentences. */
  readonly advice: string;
}
