import type { Problem } from '../../../app/model/problem.ts';
import { RequestError } from '../api/request-error.ts';
import type { SpillReader } from '../store/spill-reader.ts';
import type { DecodedSink } from './decoded-sink.ts';
import type { FileProgress } from './decoder-messages.ts';
import { DecodingThread } from './decoding-thread.ts';

export interface FileDecodingOptions {
  readonly path: string;
  /** Reading goes on whenever the file grows, until `cancel`. */
  readonly follow?: boolean;
  readonly spill: SpillReader;
  /** Where flows go. */
  readonly sink: DecodedSink;
  /** Something is wrong with the file itself. */
  readonly onProblem: (problem: Problem) => void;
  /** It went on: bytes of the file, and packets in them. */
  readonly onProgress: (done: number, total: number, packets: number) => void;
  /** Most memory of the thread's heap; Node's own limit when left out. Megabytes. */
  readonly heap?: number;
}

/** The decoding of a capture file, begun at once. */
export class FileDecoding {
  /**
   * Resolves when everything that was found has been told to the sink: at the end of the file, after `cancel`, or where
   * the thread broke down, which is a problem of the file. Rejects with a RequestError when the file cannot be opened.
   */
  readonly over: Promise<void>;
  readonly #thread: DecodingThread<FileProgress>;
  #progress: FileProgress = { done: 0, total: 0 };

  constructor(options: FileDecodingOptions) {
    const { path, follow = false, spill, sink, onProblem, onProgress, heap } = options;
    this.#thread = new DecodingThread<FileProgress>({
      kind: 'file',
      path,
      follow,
      spill,
      sink,
      onProblem,
      onStep: (progress, packets) => {
        this.#progress = progress;
        onProgress(progress.done, progress.total, packets);
      },
      heap,
    });
    this.over = this.#thread.over.then((end) => {
      if ('breakdown' in end) onProblem(this.#brokeDown(end.breakdown));
      else if (end.refusal !== null) throw new RequestError(end.refusal.code, end.refusal.message);
    });
  }

  /** Ends the reading; what was read by now is still told. */
  cancel(): void {
    this.#thread.tell({ type: 'cancel' });
  }

  /** Ends the thread; nothing more is told. */
  stop(): Promise<void> {
    return this.#thread.stop();
  }

  #brokeDown(reason: string): Problem {
    const { done, total } = this.#progress;
    const text = `Reading stopped after ${done} of ${total} bytes: ${reason}. What was read until then is shown.`;
    return { severity: 'error', code: 'file.decoder', text };
  }
}
