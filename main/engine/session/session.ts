import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileReading, SessionInfo } from '../../../app/api/session-types.ts';
import type { CaptureDocument } from '../../../app/capture/document.ts';
import { knownNames, type NameAt, unnamed } from '../../../app/capture/document-names.ts';
import type { Problem } from '../../../app/model/problem.ts';
import { FileDecoding } from '../decoding/file-decoding.ts';
import { LiveDecoding } from '../decoding/live-decoding.ts';
import type { Spill } from '../store/spill.ts';
import { SpillReader } from '../store/spill-reader.ts';
import { FlowStore } from './flow-store.ts';
import { sessionFile, sessionName, type Workspace, writerFile } from './workspace.ts';

let spillNumber = 0;

/** Problems of a file that are kept at most. */
const maximumFileProblems = 200;

/** The flows of one file: of the session file that live captures are appended to, or of a capture file that was opened. */
export class Session {
  readonly name: string;
  /** The pcapng or other capture file that holds all packets. */
  readonly path: string;
  readonly flows: FlowStore;
  /** What is wrong with the file itself, apart from what is in its conversations. */
  readonly fileProblems: Problem[] = [];
  readonly #spill: SpillReader;
  /** Of captures as they come; null of a file. */
  readonly #live: { readonly decoding: LiveDecoding; readonly folder: string } | null;
  #packets = 0;
  #reader: FileDecoding | null = null;
  #reading: FileReading | null = null;
  /** Files that were handed over are copies, which do not grow. */
  readonly #isCopy: boolean;

  private constructor(workspace: Workspace, name: string, path: string, live: LiveOptions | null) {
    this.name = name;
    this.path = path;
    this.#isCopy = path.startsWith(join(workspace.scratch, '/'));
    const spill = new SpillReader(join(workspace.scratch, `spill-${spillNumber++}`));
    this.#spill = spill;
    this.flows = new FlowStore(spill);
    this.#live = live && {
      folder: live.folder,
      decoding: new LiveDecoding({
        path,
        spill,
        sink: this.flows,
        onProblem: (problem) => this.reportFile(problem),
        onChange: live.onChange,
      }),
    };
  }

  /** An empty session with a file of its own; `onChange` is called when its flows or problems may have changed. */
  static live(workspace: Workspace, time: number, onChange = () => {}): Session {
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
      // Others that share the folders must not delete what is being written.
      writeFileSync(join(folder, writerFile), workspace.owner, { mode: 0o600 });
      return new Session(workspace, name, join(folder, sessionFile), { folder, onChange });
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
    return this.#live !== null;
  }

  /** Bodies and exchanges. */
  get spill(): Spill {
    return this.#spill;
  }

  /** Packets that its flows were made of so far. */
  get packets(): number {
    return this.#live?.decoding.packets ?? this.#packets;
  }

  /** Takes a copy of a live capture, to append it to the file and to decode it. */
  document(document: CaptureDocument, nameAt: NameAt = unnamed): void {
    this.#live?.decoding.document(document, knownNames(document, nameAt));
  }

  /** Null while there is room for captures; else what resolves when there is again. */
  room(): Promise<void> | null {
    return this.#live?.decoding.room() ?? null;
  }

  /** Appends packets of which nothing else is known, as `NetworkPackets` reads them, and decodes them. */
  rawPackets(interfaceName: string, pcap: Uint8Array): void {
    this.#live?.decoding.rawPackets(interfaceName, pcap);
  }

  reportFile(problem: Problem): void {
    if (this.fileProblems.length < maximumFileProblems) this.fileProblems.push(problem);
  }

  /**
   * Reads the capture file to its end, or until `signal` says so; flows appear while it goes on. With `follow` it goes on
   * whenever the file grows.
   * @throws RequestError when the file cannot be opened; whatever is wrong inside is a problem of the file
   */
  async read(signal: AbortSignal, onProgress: () => void, follow = false): Promise<void> {
    if (this.#live !== null) throw new Error('A live session is not read from its file.');
    this.#reading = { done: 0, total: 0, follows: follow };
    const decoding = new FileDecoding({
      path: this.path,
      follow,
      spill: this.#spill,
      sink: this.flows,
      onProblem: (problem) => this.reportFile(problem),
      onProgress: (done, total, packets) => {
        this.#reading = { done, total, follows: follow };
        this.#packets = packets;
        onProgress();
      },
    });
    this.#reader = decoding;
    const cancel = () => decoding.cancel();
    signal.addEventListener('abort', cancel);
    try {
      await decoding.over;
    } finally {
      signal.removeEventListener('abort', cancel);
      this.#reader = null;
      this.#reading = null;
    }
    onProgress();
  }

  /** Resolves when all captures taken so far are in the file, and their flows are shown. */
  async flush(): Promise<void> {
    await this.#live?.decoding.flush();
  }

  info(): SessionInfo {
    const { index, problems } = this.flows;
    const { spill } = this;
    const decoding = this.#live?.decoding;
    const own: Problem[] = [...(decoding?.problems ?? []), ...this.fileProblems];
    if (spill.problem !== null) own.push(spill.problem);
    return {
      name: this.name,
      path: this.path,
      bytes: (decoding?.length ?? 0) + spill.bytesOnDisk,
      memory: process.memoryUsage.rss(),
      flows: index.total,
      problems: [...own, ...problems],
      reading: this.#reading,
      canFollow: this.#live === null && !this.#isCopy,
    };
  }

  /** Ends a reading that goes on, and closes the files. A session in which nothing was captured leaves none. */
  async close(): Promise<void> {
    await this.#reader?.stop();
    await this.#live?.decoding.close();
    this.#spill.close();
    await rm(this.#spill.path, { force: true });
    if (this.#live === null) return;
    const { folder } = this.#live;
    await rm(this.packets === 0 ? folder : join(folder, writerFile), { recursive: true, force: true });
  }
}

interface LiveOptions {
  readonly folder: string;
  readonly onChange: () => void;
}
