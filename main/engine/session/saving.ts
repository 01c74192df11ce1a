import type { SaveProgress } from '../../../app/api/session-types.ts';
import { RequestError } from '../api/request-error.ts';

/** What a saving tells and obeys. */
export interface SaveWatch {
  /** Aborted when the user wants it no more: what was written is thrown away. */
  readonly signal: AbortSignal;
  /** Called often, with units of the saving's own choice. */
  progress(done: number, total: number): void;
}

/** How often a view is told. Milliseconds. */
const tellInterval = 100;

/** The one saving that may go on: how far it is, and its end at the user's wish. */
export class Saving {
  readonly #tell: (progress: SaveProgress) => void;
  #abort: AbortController | null = null;

  constructor(tell: (progress: SaveProgress) => void) {
    this.#tell = tell;
  }

  /** @throws RequestError when another one goes on, or when it was cancelled */
  async run<T>(work: (watch: SaveWatch) => Promise<T>): Promise<T> {
    if (this.#abort !== null) {
      throw new RequestError('save.busy', 'Something else is being saved: wait until that ends, or cancel it.');
    }
    const abort = new AbortController();
    this.#abort = abort;
    let told = performance.now();
    const progress = (done: number, total: number) => {
      const now = performance.now();
      if (now - told < tellInterval) return;
      told = now;
      this.#tell({ done, total });
    };
    try {
      return await work({ signal: abort.signal, progress });
    } catch (error) {
      throw abort.signal.aborted
        ? new RequestError('save.cancelled', 'Saving was cancelled: nothing was written.')
        : error;
    } finally {
      this.#abort = null;
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }
}
