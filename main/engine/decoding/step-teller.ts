import type { MessagePort } from 'node:worker_threads';
import type { Problem } from '../../../app/model/problem.ts';
import type { SpillFile } from '../store/spill-file.ts';
import type { ChangeBatch } from './change-batch.ts';
import type { DecodingStep } from './decoder-messages.ts';

/** Steps that may be on their way to the engine; a busy engine holds the decoding up, not its own memory. */
const maximumUntaken = 8;

/** Tells the engine how far the decoding has come: what is in the batch, with all of it on disk. */
export class StepTeller<Progress> {
  readonly #port: MessagePort;
  readonly #spill: SpillFile;
  readonly #batch: ChangeBatch;
  #problems: Problem[] = [];
  #untaken = 0;

  constructor(port: MessagePort, spill: SpillFile, batch: ChangeBatch) {
    this.#port = port;
    this.#spill = spill;
    this.#batch = batch;
  }

  /** The engine has as many steps as it is to have. */
  get isHeldUp(): boolean {
    return this.#untaken >= maximumUntaken;
  }

  /** Goes with the next step. */
  problem(problem: Problem): void {
    this.#problems.push(problem);
  }

  step(progress: Progress, packets: number): void {
    const spill = this.#spill;
    spill.flush();
    const changes = this.#batch.take();
    const message: DecodingStep<Progress> = {
      type: 'step',
      changes,
      problems: this.#problems,
      packets,
      spill: { lost: [...spill.lost], problem: spill.problem },
      progress,
    };
    this.#problems = [];
    this.#port.postMessage(message, changes === null ? [] : [changes.buffer]);
    this.#untaken++;
  }

  /** The engine has taken a step over. */
  taken(): void {
    this.#untaken--;
  }
}
