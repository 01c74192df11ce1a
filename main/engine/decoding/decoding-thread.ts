import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TransferListItem, Worker } from 'node:worker_threads';
import type { Problem } from '../../../app/model/problem.ts';
import type { SpillReader } from '../store/spill-reader.ts';
import { applyChanges } from './apply-changes.ts';
import type { DecodedSink } from './decoded-sink.ts';
import type { DecodingCommand, DecodingEnd, DecodingFlushed, DecodingStep, DecodingTask } from './decoder-messages.ts';

export interface DecodingThreadOptions<Progress> {
  readonly kind: DecodingTask['kind'];
  readonly path: string;
  readonly follow?: boolean;
  readonly spill: SpillReader;
  /** Where flows go. */
  readonly sink: DecodedSink;
  /** Something is wrong with the file itself. */
  readonly onProblem: (problem: Problem) => void;
  /** A step was taken over. */
  readonly onStep: (progress: Progress, packets: number) => void;
  readonly onFlushed?: () => void;
  /** Most memory of the thread's heap; Node's own limit when left out. Megabytes. */
  readonly heap?: number | undefined;
}

/** How the thread ended: in order, perhaps with a refusal, or broken down for a reason. */
export type ThreadEnd =
  | { readonly refusal: DecodingEnd['refusal'] }
  /** Why it broke down. */
  | { readonly breakdown: string };

/** More makes it no faster, and less does not make it slower: left alone it takes 100 MB more. */
const maxYoungGenerationSizeMb = 24;

/** The thread's program: bundled beside the engine, or the source when that is run as it is. */
function workerProgram(): string {
  const bundled = join(import.meta.dirname, 'decoding.mjs');
  return existsSync(bundled) ? bundled : join(import.meta.dirname, 'worker.ts');
}

/**
 * Decoding in a thread of its own, begun at once. What comes from there are steps of a few milliseconds' work, which are
 * told to the sink, so that the engine answers in between.
 */
export class DecodingThread<Progress> {
  /** Resolves when everything that was found has been told to the sink. */
  readonly over: Promise<ThreadEnd>;
  readonly #options: DecodingThreadOptions<Progress>;
  readonly #worker: Worker;

  constructor(options: DecodingThreadOptions<Progress>) {
    this.#options = options;
    const { kind, path, spill, follow = false } = options;
    const task: DecodingTask = { kind, path, spill: spill.path, follow };
    this.#worker = new Worker(workerProgram(), {
      workerData: task,
      resourceLimits: {
        maxYoungGenerationSizeMb,
        ...(options.heap !== undefined && { maxOldGenerationSizeMb: options.heap }),
      },
    });
    this.over = this.#run();
  }

  tell(command: DecodingCommand, transferred: readonly TransferListItem[] = []): void {
    this.#worker.postMessage(command, transferred);
  }

  /** Ends the thread; nothing more is told. */
  async stop(): Promise<void> {
    this.#worker.removeAllListeners('message');
    await this.#worker.terminate();
  }

  #run(): Promise<ThreadEnd> {
    return new Promise((resolve) => {
      let end: ThreadEnd = { breakdown: 'its thread was ended' };
      this.#worker.on('message', (message: DecodingStep<Progress> | DecodingFlushed | DecodingEnd) => {
        if (message.type === 'step') this.#step(message);
        else if (message.type === 'flushed') this.#options.onFlushed?.();
        else end = { refusal: message.refusal };
      });
      this.#worker.on('error', (error) => {
        end = { breakdown: error instanceof Error ? error.message : String(error) };
      });
      this.#worker.on('exit', () => resolve(end));
    });
  }

  #step({ changes, problems, packets, spill, progress }: DecodingStep<Progress>): void {
    const options = this.#options;
    this.tell({ type: 'taken' });
    options.spill.open();
    options.spill.changed(spill);
    if (changes !== null) applyChanges(changes, options.sink);
    for (const problem of problems) options.onProblem(problem);
    options.onStep(progress, packets);
  }
}
