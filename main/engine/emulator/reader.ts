import { MAXIMUM_DOCUMENT } from '../../../app/capture/document-splitter.ts';
import type { FilePiece } from '../../../app/mesh/aspen/emulator-commands.ts';
import { type EmulatorFile, emulatorKey } from '../../../app/mesh/aspen/emulator-files.ts';
import { errorText } from '../../log.ts';
import type { EmulatorListing, EmulatorSource } from './source.ts';

/** Files asked for in one command, and bytes. */
const filesAtOnce = 200;
const bytesAtOnce = 4 << 20;
/** Milliseconds between two looks for new files, while following. */
export const lookEvery = 2_000;
/** Largest file that is read, and most bytes of all together. */
const largestFile = 1 << 30;
const mostBytes = 4 * 2 ** 30;
/** Failures that are told of one by one. */
const mostFailures = 100;

/** What is done with the bytes of files. */
export interface FileSink {
  /** Those of the files to read now. It may be others at the next look. */
  choose(listing: EmulatorListing): readonly EmulatorFile[];
  /**
   * Takes bytes of a file from `from` on, and says how many of them it has used: the others come again together with what is
   * behind them. An Error is told as the file's, which is not read on.
   */
  take(file: EmulatorFile, from: number, bytes: Uint8Array): number | Promise<number>;
}

/** How the reading is. Counts are of files that were chosen at any look. */
export interface ReadState {
  readonly files: number;
  /** Those of which all is read that was there. */
  readonly read: number;
  readonly failed: number;
  readonly bytes: number;
  /** What is wrong with the files that failed: of the first of them. */
  readonly failures: readonly FileFailure[];
  /** Of pods, and of the bounds. */
  readonly problems: readonly string[];
}

export interface FileFailure {
  readonly file: EmulatorFile;
  readonly problem: string;
}

interface Progress {
  file: EmulatorFile;
  /** Bytes that were used. */
  used: number;
  /** Bytes to ask for at least: more than usual for a long document. */
  wanted: number;
  /** The size up to which it was read: nothing is to be had before it grows. */
  seen: number;
  isFailed: boolean;
}

/** Reads what is new in files of emulators, look by look: many files by one command, each byte once. What is wrong with one harms no other. */
export class EmulatorReader {
  readonly #source: EmulatorSource;
  readonly #sink: FileSink;
  readonly #onProgress: () => void;
  /** By `emulatorKey`. */
  readonly #files = new Map<string, Progress>();
  readonly #failures: FileFailure[] = [];
  #failed = 0;
  /** Files that were read and have gone since. */
  #gone = 0;
  #problems: readonly string[] = [];
  #bytes = 0;

  constructor(source: EmulatorSource, sink: FileSink, onProgress: () => void = () => {}) {
    this.#source = source;
    this.#sink = sink;
    this.#onProgress = onProgress;
  }

  get state(): ReadState {
    let left = 0;
    let read = this.#gone;
    for (const { isFailed, seen, file } of this.#files.values()) {
      if (!isFailed && seen < file.size) left++;
      else if (!isFailed) read++;
    }
    return {
      files: left + read + this.#failed,
      read,
      failed: this.#failed,
      bytes: this.#bytes,
      failures: [...this.#failures],
      problems: this.#problems,
    };
  }

  /** All bytes that may be read were read: nothing comes any more. */
  get isFull(): boolean {
    return this.#bytes >= mostBytes;
  }

  /** Reads all that is new in a listing made just now. What goes wrong is in `state`. @throws AbortError */
  async read(listing: EmulatorListing, signal?: AbortSignal): Promise<void> {
    this.#problems = listing.pods.map(({ problem }) => problem).filter((problem) => problem !== '');
    this.#forgetGone(listing);
    const chosen = this.#sink.choose(listing);
    for (const file of chosen) this.#learn(file);
    const pods = new Map<string, Progress[]>();
    for (const file of chosen) {
      const pod = emulatorKey({ ...file, name: '' });
      const progress = this.#files.get(emulatorKey(file))!;
      const others = pods.get(pod);
      if (others) others.push(progress);
      else pods.set(pod, [progress]);
    }
    await Promise.all([...pods.values()].map((files) => this.#readPod(files, signal)));
    this.#onProgress();
  }

  #learn(file: EmulatorFile): void {
    const key = emulatorKey(file);
    const known = this.#files.get(key);
    if (known && file.size >= known.seen) {
      known.file = file;
      return;
    }
    // New, or written anew under its name.
    const progress: Progress = { file, used: 0, wanted: 0, seen: 0, isFailed: false };
    this.#files.set(key, progress);
    if (file.size > largestFile) this.#fail(progress, `It has ${file.size} bytes; at most ${largestFile} are read.`);
  }

  #fail(progress: Progress, problem: string): void {
    progress.isFailed = true;
    this.#failed++;
    if (this.#failures.length < mostFailures) this.#failures.push({ file: progress.file, problem });
  }

  /** Forgets files that no longer exist; of places that could not be read, nothing is known. */
  #forgetGone({ files, pods }: EmulatorListing): void {
    const there = new Set(files.map(emulatorKey));
    const unseen = new Set(
      pods.filter(({ problem }) => problem !== '').map((pod) => emulatorKey({ ...pod, name: '' })),
    );
    for (const [key, { file, isFailed }] of this.#files) {
      if (there.has(key) || unseen.has(emulatorKey({ ...file, name: '' }))) continue;
      this.#files.delete(key);
      if (!isFailed) this.#gone++;
    }
  }

  /** One command after the other, until nothing is left that was there at the look. */
  async #readPod(files: readonly Progress[], signal?: AbortSignal): Promise<void> {
    let left = files;
    for (;;) {
      left = left.filter(({ isFailed, seen, file }) => !isFailed && seen < file.size);
      if (left.length === 0 || this.#endsFull()) return;
      const pieces = batchOf(left);
      let read: readonly (Uint8Array | null)[];
      try {
        read = await this.#source.read(pieces, signal);
      } catch (error) {
        signal?.throwIfAborted();
        // It is asked again at the next look.
        this.#problems = [...this.#problems, errorText(error)];
        return;
      }
      for (const [index, piece] of pieces.entries()) await this.#give(left[index]!, piece, read[index] ?? null);
      signal?.throwIfAborted();
      this.#onProgress();
    }
  }

  #endsFull(): boolean {
    if (!this.isFull) return false;
    const text = `${mostBytes} bytes were read, which is the limit: choose fewer files.`;
    if (!this.#problems.includes(text)) this.#problems = [...this.#problems, text];
    return true;
  }

  async #give(progress: Progress, { file, from, length }: FilePiece, bytes: Uint8Array | null): Promise<void> {
    if (bytes === null) return this.#fail(progress, 'It was removed before it was read.');
    try {
      const used = await this.#sink.take(file, from, bytes);
      this.#bytes += used;
      progress.used += used;
      const isEnd = from + length >= file.size;
      if (used === 0 && !isEnd && length >= MAXIMUM_DOCUMENT) throw new Error('It has a document of more than 16 MiB.');
      progress.wanted = used === 0 ? 2 * length : 0;
      if (isEnd) progress.seen = file.size;
    } catch (error) {
      this.#fail(progress, errorText(error));
    }
  }
}

/** The next pieces, in the order of the files, as many as one command brings. */
function batchOf(files: readonly Progress[]): readonly FilePiece[] {
  const pieces: FilePiece[] = [];
  let room = bytesAtOnce;
  for (const { file, used, wanted } of files.slice(0, filesAtOnce)) {
    const left = file.size - used;
    const length = Math.min(left, Math.max(room, wanted));
    if (pieces.length > 0 && length < Math.min(left, wanted || left)) break;
    pieces.push({ file, from: used, length });
    room -= length;
    if (room <= 0) break;
  }
  return pieces;
}
