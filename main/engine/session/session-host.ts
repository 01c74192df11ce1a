import { isAbsolute, join } from 'node:path';
import type { SessionInfo } from '../../../app/api/session-types.ts';
import type { CaptureDocument } from '../../../app/capture/document.ts';
import type { NameAt } from '../../../app/capture/document-names.ts';
import type { Problem } from '../../../app/model/problem.ts';
import { RequestError } from '../api/request-error.ts';
import { Session } from './session.ts';
import type { Workspace } from './workspace.ts';

/** What clusters capture now; or what an analysis emulator has in files, which would come twice where both were taken. */
export type CaptureSource = 'clusters' | 'emulator';

export interface SessionHostOptions {
  readonly workspace: Workspace;
  /** Flows, problems or the reading's progress changed. */
  readonly onChange: () => void;
  /** Another session is shown from now on. */
  readonly onSwitch: (session: Session) => void;
}

/** Problems of a file that hold no flow at all: then there is nothing to show of it. */
function refusal(session: Session): Problem | undefined {
  if (session.packets > 0) return undefined;
  return session.fileProblems.find((problem) => problem.severity === 'error');
}

/** Holds the one session that is shown, and exchanges it for another. */
export class SessionHost {
  readonly #options: SessionHostOptions;
  #session: Session;
  #reading: AbortController | null = null;
  /** Sessions that were shown before and are being closed. */
  readonly #closing = new Set<Promise<void>>();
  /** Where the captures of the session come from, if it takes any. */
  #source: CaptureSource = 'clusters';

  constructor(options: SessionHostOptions) {
    this.#options = options;
    this.#session = this.#empty();
  }

  get session(): Session {
    return this.#session;
  }

  /** Whether the session that is shown is one for what clusters capture now. */
  get takesCaptures(): boolean {
    return this.#session.isLive && this.#source === 'clusters';
  }

  /** Takes a live capture, unless something else is shown. */
  document(document: CaptureDocument, nameAt: NameAt): void {
    if (!this.takesCaptures) return;
    this.#session.document(document, nameAt);
  }

  /** Null while there is room for captures; else what resolves when there is again. */
  room(): Promise<void> | null {
    return this.#session.room();
  }

  /**
   * Begins an empty session at once; resolves when what was shown is on disk, where it stays. Captures of another source than
   * `clusters` are given to the session itself.
   */
  async begin(source: CaptureSource = 'clusters'): Promise<SessionInfo> {
    this.#source = source;
    this.#reading?.abort();
    await this.#switchTo(this.#empty());
    return this.#session.info();
  }

  /**
   * Shows a capture file while it is still being read, or followed. The session that was shown stays when the file is none.
   * @throws RequestError
   */
  async open(path: string, follow = false): Promise<SessionInfo> {
    if (!isAbsolute(path)) throw new RequestError('file.missing', `${path} is not the absolute path of a file.`);
    const session = Session.ofFile(this.#options.workspace, path);
    const abort = new AbortController();
    let started = (): void => {};
    const start = new Promise<void>((resolve) => {
      started = resolve;
    });
    const onProgress = () => {
      started();
      if (session === this.#session) this.#options.onChange();
    };
    const reading = session.read(abort.signal, onProgress, follow);
    try {
      await Promise.race([reading, start]);
      const problem = refusal(session);
      if (problem !== undefined) throw new RequestError(problem.code, `${path}: ${problem.text}`);
    } catch (error) {
      abort.abort();
      await reading.catch(() => {});
      await session.close();
      throw error;
    }
    this.#reading?.abort();
    this.#reading = abort;
    await this.#switchTo(session);
    // What goes wrong from now on is a problem of the session; whoever cancels one says so.
    reading.then(
      () => this.#options.onChange(),
      () => this.#options.onChange(),
    );
    return session.info();
  }

  /** Stops the reading of a file; the flows that were read stay. */
  cancelOpen(): SessionInfo {
    const { reading } = this.#session.info();
    if (reading !== null) {
      this.#reading?.abort();
      const { done, total, follows } = reading;
      const text =
        follows && done === total
          ? `Following was stopped after ${done} bytes.`
          : `Reading was cancelled after ${done} of ${total} bytes.`;
      this.#session.reportFile({ severity: 'note', code: 'file.cancelled', text });
    }
    return this.#session.info();
  }

  /** A path for a file that Wireshark is to open. */
  wiresharkFile(): string {
    const name = this.#session.name.replace(/\.[^.]+$/, '').replace(/[^\w .()-]/g, '_');
    return join(this.#options.workspace.wireshark, `${name} ${Date.now()}.pcapng`);
  }

  async close(): Promise<void> {
    this.#reading?.abort();
    await Promise.all([this.#session.close(), ...this.#closing]);
  }

  #empty(): Session {
    const session: Session = Session.live(this.#options.workspace, Date.now(), () => {
      if (session === this.#session) this.#options.onChange();
    });
    return session;
  }

  /** Shows another session at once; resolves when the one before is closed. */
  async #switchTo(session: Session): Promise<void> {
    const before = this.#session;
    this.#session = session;
    const closing = before.close();
    this.#closing.add(closing);
    this.#options.onSwitch(session);
    await closing;
    this.#closing.delete(closing);
  }
}
