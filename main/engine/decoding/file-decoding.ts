import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Problem } from '../../../app/model/problem.ts';
import { RequestError } from '../api/request-error.ts';
import type { SpillReader } from '../store/spill-reader.ts';
import { applyChanges } from './apply-changes.ts';
import type { DecodedSink } from './decoded-sink.ts';
import type { DecodingCommand, DecodingEnd, DecodingStep, DecodingTask } from './decoder-messages.ts';

export interface FileDecodingOptions {
  readonly path: string;
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

/** More makes it no faster, and less does not make it slower: left alone it takes 100 MB more. */
const maxYoungGenerationSizeMb = 24;

/** The thread's program: bundled beside the engine, or the source when that is run as it is. */
function workerProgram(): string {
  const bundled = join(import.meta.dirname, 'decoding.mjs');
  return existsSync(bundled) ? bundled : join(import.meta.dirname, 'worker.ts');
}

/**
 * The decoding of a capture file in a thread of its own, begun at once. What comes from there are steps of a few
 * milliseconds' work, so that the engine answers in between.
 */
export class FileDecoding {
  /**
   * Resolves when everything that was found has been told to the sink: at the end of the file, after `cancel`, or where
   * the thread broke down, which is a problem of the file. Rejects with a RequestError when the file cannot be opened.
   */
  readonly over: Promise<void>;
  readonly #options: FileDecodingOptions;
  readonly #worker: Worker;
  #done = 0;
  #total = 0;

  constructor(options: FileDecodingOptions) {
    this.#options = options;
    const task: DecodingTask = { path: options.path, spill: options.spill.path };
    this.#worker = new Worker(workerProgram(), {
      workerData: task,
      resourceLimits: {
        maxYoungGenerationSizeMb,
        ...(options.heap !== undefined && { maxOldGenerationSizeMb: options.heap }),
      },
    });
    this.over = this.#run();
  }

  /** Ends the reading; what was read by now is still told. */
  cancel(): void {
    this.#tell('cancel');
  }

  /** Ends the thread; nothing more is told. */
  async stop(): Promise<void> {
    this.#worker.removeAllListeners('message');
    await this.#worker.terminate();
  }

  #tell(command: DecodingCommand): void {
    this.#worker.postMessage(command);
  }

  #run(): Promise<void> {
    return new Promise((resolve, reject) => {
      let breakdown = 'its thread was ended';
      let end: DecodingEnd | null = null;
      this.#worker.on('message', (message: DecodingStep | DecodingEnd) => {
        if (message.type === 'step') this.#step(message);
        else end = message;
      });
      this.#worker.on('error', (error) => {
        breakdown = error instanceof Error ? error.message : String(error);
      });
      this.#worker.on('exit', () => {
        if (end === null) this.#brokeDown(breakdown);
        else if (end.refusal !== null) reject(new RequestError(end.refusal.code, end.refusal.message));
        resolve();
      });
    });
  }

  #step({ changes, problems, done, total, packets, spill }: DecodingStep): void {
    const options = this.#options;
    this.#tell('taken');
    this.#done = done;
    this.#total = total;
    options.spill.open();
    options.spill.changed(spill);
    if (changes !== null) applyChanges(changes, options.sink);
    for (const problem of problems) options.onProblem(problem);
    options.onProgress(done, total, packets);
  }

  #brokeDown(reason: string): void {
    const text = `Reading broke off after ${this.#done} of ${this.#total} bytes: ${reason}. What was read before is shown.`;
    this.#options.onProblem({ severity: 'error', code: 'file.decoder', text });
  }
}
