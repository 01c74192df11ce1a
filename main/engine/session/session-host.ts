import { isAbsolute, join } from 'node:path';
import type { SessionInfo } from '../../../app/api/types.ts';
import type { CaptureDocument } from '../../../app/capture/document.ts';
import type { NameAt } from '../../../app/capture/document-names.ts';
import type { Problem } from '../../../app/model/problem.ts';
import { RequestError } from '../api/request-error.ts';
import { Session } from './session.ts';
import type { Workspace } from './workspace.ts';

/** How often what was gathered goes to disk: a crash loses no more than that. Milliseconds. */
const flushInterval = 500;

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
  readonly #timer: NodeJS.Timeout;

  constructor(options: SessionHostOptions) {
    this.#options = options;
    this.#session = Session.live(options.workspace, Date.now());
    this.#timer = setInterval(() => {
      this.#session.flush();
      // What was held back of a long exchange may have been told by that.
      options.onChange();
    }, flushInterval);
  }

  get session(): Session {
    return this.#session;
  }

  /** Takes a live capture, unless a capture file is shown. */
  document(document: CaptureDocument, nameAt: NameAt): void {
    if (!this.#session.isLive) return;
    this.#session.document(document, nameAt);
    this.#options.onChange();
  }

  /** Begins an empty session; what was shown stays on disk. */
  begin(): SessionInfo {
    this.#reading?.abort();
    this.#switchTo(Session.live(this.#options.workspace, Date.now()));
    return this.#session.info();
  }

  /**
   * Shows a capture file while it is still being read. The session that was shown stays when the file is none.
   * @throws RequestError
   */
  async open(path: string): Promise<SessionInfo> {
    if (!isAbsolute(path)) throw new RequestError('file.missing', `${path} is no absolute path of a file.`);
    const session = Session.ofFile(this.#options.workspace, path);
    const abort = new AbortController();
    let started = (): void => {};
    const start = new Promise<void>((resolve) => {
      started = resolve;
    });
    const reading = session.read(abort.signal, () => {
      started();
      if (session === this.#session) this.#options.onChange();
    });
    try {
      await Promise.race([reading, start]);
      const problem = refusal(session);
      if (problem !== undefined) throw new RequestError(problem.code, `${path}: ${problem.text}`);
    } catch (error) {
      abort.abort();
      await reading.catch(() => {});
      session.close();
      throw error;
    }
    this.#reading?.abort();
    this.#reading = abort;
    this.#switchTo(session);
    // What goes wrong from now on is a problem of the session; a cancelled one was told by who cancelled it.
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
      const text = `Reading was cancelled after ${reading.done} of ${reading.total} bytes.`;
      this.#session.reportFile({ severity: 'note', code: 'file.cancelled', text });
    }
    return this.#session.info();
  }

  /** A path for a file that Wireshark is to open. */
  wiresharkFile(): string {
    const name = this.#session.name.replace(/\.[^.]+$/, '').replace(/[^\w .()-]/g, '_');
    return join(this.#options.workspace.wireshark, `${name} ${Date.now()}.pcapng`);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#reading?.abort();
    this.#session.close();
  }

  #switchTo(session: Session): void {
    const before = this.#session;
    this.#session = session;
    before.close();
    this.#options.onSwitch(session);
  }
}
