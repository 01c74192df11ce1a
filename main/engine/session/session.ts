import { mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { SessionInfo } from '../../../app/api/types.ts';
import type { CaptureDocument } from '../../../app/capture/document.ts';
import { addressNames } from '../../../app/capture/document-names.ts';
import { interfaceNameOf, readDocumentPackets } from '../../../app/capture/document-packets.ts';
import type { Packet } from '../../../app/model/packet.ts';
import type { Problem } from '../../../app/model/problem.ts';
import { SpillFile } from '../store/spill-file.ts';
import { FlowPipeline } from './flow-pipeline.ts';
import { readCapture } from './read-capture.ts';
import { SessionWriter } from './session-writer.ts';
import { sessionFile, sessionName, type Workspace } from './workspace.ts';

let spillNumber = 0;

/** Problems of a file that are kept at most. */
const maximumFileProblems = 200;

/** The flows of one file: of the session file that live captures are appended to, or of a capture file that was opened. */
export class Session {
  readonly name: string;
  /** The pcapng or other capture file that holds all packets. */
  readonly path: string;
  readonly spill: SpillFile;
  readonly pipeline: FlowPipeline;
  /** What is wrong with the file itself, apart from what is in its conversations. */
  readonly fileProblems: Problem[] = [];
  readonly #writer: SessionWriter | null;
  readonly #folder: string | null;
  #closed = false;
  #reading: { readonly done: number; readonly total: number } | null = null;

  private constructor(workspace: Workspace, name: string, path: string, folder: string | null) {
    this.name = name;
    this.path = path;
    this.#folder = folder;
    this.spill = new SpillFile(join(workspace.scratch, `spill-${spillNumber++}`));
    this.pipeline = new FlowPipeline(this.spill);
    this.#writer = folder === null ? null : new SessionWriter(path);
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
    return this.#writer !== null;
  }

  /** Appends a live capture and decodes it. */
  document(document: CaptureDocument): void {
    const writer = this.#writer!;
    const packets: Packet[] = [];
    const interfaceName = interfaceNameOf(document);
    readDocumentPackets(
      document,
      writer.interfaceId(interfaceName),
      writer.comments(document),
      (packet) => packets.push(packet),
      (problem) => this.reportFile(problem),
    );
    const fresh = writer.document(interfaceName, addressNames(document), packets);
    // The same order as in the file, so that reading it gives the same flows.
    for (const [address, name] of fresh) this.pipeline.book.learnName(address, name);
    for (const packet of packets) this.pipeline.dissector.packet(packet);
  }

  reportFile(problem: Problem): void {
    if (this.fileProblems.length < maximumFileProblems) this.fileProblems.push(problem);
  }

  /** Reads the capture file; flows appear while it goes on. */
  async read(signal: AbortSignal, onProgress: () => void): Promise<void> {
    const { pipeline } = this;
    this.#reading = { done: 0, total: 0 };
    try {
      await readCapture(
        this.path,
        {
          packet: (packet) => pipeline.dissector.packet(packet),
          problem: (problem) => this.reportFile(problem),
          names: (address, names) => {
            for (const name of names) pipeline.book.learnName(address, name);
          },
          identity: (address, identity) => pipeline.book.learnIdentity(address, identity),
        },
        signal,
        (done, total) => {
          this.#reading = { done, total };
          onProgress();
        },
      );
    } finally {
      this.#reading = null;
      if (!this.#closed) pipeline.end();
    }
    onProgress();
  }

  /** Brings files and index up to date. To be called at least each second. */
  flush(): void {
    this.pipeline.flush();
    this.#writer?.flush();
    this.spill.flush();
  }

  info(): SessionInfo {
    const { index, problems } = this.pipeline;
    const own: Problem[] = [...(this.#writer?.problems ?? []), ...this.fileProblems];
    if (this.spill.problem !== null) own.push(this.spill.problem);
    return {
      name: this.name,
      path: this.path,
      bytes: (this.#writer?.bytes ?? 0) + this.spill.bytesOnDisk,
      memory: process.memoryUsage.rss(),
      flows: index.total,
      problems: [...own, ...problems],
      reading: this.#reading,
    };
  }

  /** Closes the files; a reading has to be aborted before. A session in which nothing was captured leaves none. */
  close(): void {
    this.#closed = true;
    this.#writer?.close();
    this.spill.close();
    rmSync(this.spill.path, { force: true });
    if (this.#folder !== null && this.pipeline.dissector.statistics.packets === 0) {
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }
}
