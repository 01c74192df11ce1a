import type { Problem } from '../model/problem.ts';

/** Progress of reading a file, in bytes. */
export interface FileReading {
  readonly done: number;
  /** Size of the file; grows with a followed file. */
  readonly total: number;
  /** Reading does not stop at the end of the file, but goes on as the file grows. */
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
  /** The file that is being read; null when none is. */
  readonly reading: FileReading | null;
  /** It is a file on this machine that may grow, so it can be followed. */
  readonly canFollow: boolean;
}

/** A session or capture file that can be opened again. */
export interface SessionEntry {
  /** `session`: written by us, and ours to delete; `file`: a capture of the user's. */
  readonly kind: 'session' | 'file';
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** Time of the last change, in milliseconds since the epoch. */
  readonly modified: number;
}

/** A path that the user chose to save to, sealed by the shell: the engine takes no other. */
export interface SaveTarget {
  /** Absolute. */
  readonly path: string;
  readonly permit: string;
}

/** Progress of saving, in flows or bytes. */
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
