import { mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { SessionInfo } from '../../../app/api/types.ts';
import type { CaptureDocument } from '../../../app/capture/document.ts';
import { type NameAt, unnamed } from '../../../app/capture/document-names.ts';
import type { Problem } from '../../../app/model/problem.ts';
import { FileDecoding } from '../decoding/file-decoding.ts';
import type { Spill } from '../store/spill.ts';
import { SpillFile } from '../store/spill-file.ts';
import { SpillReader } from '../store/spill-reader.ts';
import { FlowStore } from './flow-store.ts';
import { LiveCapture } from './live-capture.ts';
import { sessionFile, sessionName, type Workspace } from './workspace.ts';

let spillNumber = 0;

/** Problems of a file that are kept at most. */
const maximumFileProblems = 200;

/** Where the flows of a session come from. */
type Source =
  | { readonly kind: 'live'; readonly capture: LiveCapture; readonly spill: SpillFile; readonly folder: string }
  | { readonly kind: 'file'; readonly spill: SpillReader };

/** The flows of one file: of the session file that live captures are appended to, or of a capture file that was opened. */
export class Session {
  readonly name: string;
  /** The pcapng or other capture file that holds all packets. */
  readonly path: string;
  readonly flows: FlowStore;
  /** What is wrong with the file itself, apart from what is in its conversations. */
  readonly fileProblems: Problem[] = [];
  readonly #source: Source;
  #packets = 0;
  #decoding: FileDecoding | null = null;
  #reading: { readonly done: number; readonly total: number } | null = null;

  private constructor(workspace: Workspace, name: string, path: string, folder: string | null) {
    this.name = name;
    this.path = path;
    const spillPath = join(workspace.scratch, `spill-${spillNumber++}`);
    if (folder === null) {
      const spill = new SpillReader(spillPath);
      this.flows = new FlowStore(spill);
      this.#source = { kind: 'file', spill };
    } else {
      const spill = new SpillFile(spillPath);
      this.flows = new FlowStore(spill);
      const capture = new LiveCapture(path, spill, this.flows, (problem) => this.reportFile(problem));
      this.#source = { kind: 'live', capture, spill, folder };
    }
  }

  /** An empty session with a file of its own. */
  static live(workspace: Workspace, time: number): Session {
    const wanted = sessionName(time);
    for (let attempt = 1; ; attempt++) {
      const name = attempt === 1 ? wanted : `${wanted} (${attempt})`;
      const folder = join(workspace.sessions, name);
      try {
        mkdirSync(folder, { mode: 0o700 });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw error;
      }
      return new Session(workspace, name, join(folder, sessionFile), folder);
    }
  }

  /** A session of a capture file, which is only read: call `read` to fill it. */
  static ofFile(workspace: Workspace, path: string): Session {
    const folder = dirname(path);
    const isOwn = dirname(folder) === workspace.sessions && basename(path) === sessionFile;
    return new Session(workspace, basename(isOwn ? folder : path), path, null);
  }

  /** Takes live captures; one of a file does not. */
  get isLive(): boolean {
    return this.#source.kind === 'live';
  }

  /** Bodies and exchanges. */
  get spill(): Spill {
    return this.#source.spill;
  }

  /** Packets that its flows were made of so far. */
  get packets(): number {
    return this.#source.kind === 'live' ? this.#source.capture.packets : this.#packets;
  }

  /** Appends a live capture and decodes it. */
  document(document: CaptureDocument, nameAt: NameAt = unnamed): void {
    if (this.#source.kind === 'live') this.#source.capture.document(document, nameAt);
  }

  reportFile(problem: Problem): void {
    if (this.fileProblems.length < maximumFileProblems) this.fileProblems.push(problem);
  }

  /**
   * Reads the capture file to its end, or until `signal` says so; flows appear while it goes on.
   * @throws RequestError when the file cannot be opened; whatever is wrong inside is a problem of the file
   */
  async read(signal: AbortSignal, onProgress: () => void): Promise<void> {
    const source = this.#source;
    if (source.kind === 'live') throw new Error('A live session is not read from its file.');
    this.#reading = { done: 0, total: 0 };
    const decoding = new FileDecoding({
      path: this.path,
      spill: source.spill,
      sink: this.flows,
      onProblem: (problem) => this.reportFile(problem),
      onProgress: (done, total, packets) => {
        this.#reading = { done, total };
        this.#packets = packets;
        onProgress();
      },
    });
    this.#decoding = decoding;
    const cancel = () => decoding.cancel();
    signal.addEventListener('abort', cancel);
    try {
      await decoding.over;
    } finally {
      signal.removeEventListener('abort', cancel);
      this.#decoding = null;
      this.#reading = null;
    }
    onProgress();
  }

  /** Brings the flows up to date with live exchanges that go on. */
  update(): void {
    if (this.#source.kind === 'live') this.#source.capture.flush();
  }

  /** Brings files and flows up to date. To be called at least each second. */
  flush(): void {
    if (this.#source.kind !== 'live') return;
    this.#source.capture.flush();
    this.#source.capture.writer.flush();
    this.#source.spill.flush();
  }

  info(): SessionInfo {
    const { index, problems } = this.flows;
    const { spill } = this;
    const writer = this.#source.kind === 'live' ? this.#source.capture.writer : null;
    const own: Problem[] = [...(writer?.problems ?? []), ...this.fileProblems];
    if (spill.problem !== null) own.push(spill.problem);
    return {
      name: this.name,
      path: this.path,
      bytes: (writer?.bytes ?? 0) + spill.bytesOnDisk,
      memory: process.memoryUsage.rss(),
      flows: index.total,
      problems: [...own, ...problems],
      reading: this.#reading,
    };
  }

  /** Closes the files, and ends a reading that goes on. A session in which nothing was captured leaves none. */
  close(): void {
    const source = this.#source;
    if (source.kind === 'live') source.capture.writer.close();
    source.spill.close();
    const remove = () => rmSync(source.spill.path, { force: true });
    if (this.#decoding === null) remove();
    else void this.#decoding.stop().then(remove);
    if (source.kind === 'live' && this.packets === 0) rmSync(source.folder, { recursive: true, force: true });
  }
}
