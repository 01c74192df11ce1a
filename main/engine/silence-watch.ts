const every = 500;

/** Notices that nothing is heard of somebody any more. Times in milliseconds. */
export class SilenceWatch {
  /** Silence is suspicious when it lasts for longer. */
  limit: number;
  readonly #timer: NodeJS.Timeout;
  #heardAt = performance.now();
  #tickAt = performance.now();

  /** `onTick` is called twice a second, before the silence is judged: a good time to ask, or to call `heard`. */
  constructor(limit: number, onSilent: () => void, onTick: () => void = () => {}) {
    this.limit = limit;
    this.#timer = setInterval(() => {
      const now = performance.now();
      // Who did not run, because the machine was busy or the process was stopped, could not hear anything.
      if (now - this.#tickAt > this.limit) this.#heardAt = now;
      this.#tickAt = now;
      onTick();
      if (now - this.#heardAt > this.limit) onSilent();
    }, every);
  }

  heard(): void {
    this.#heardAt = performance.now();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
