import type { DriverStatus } from './driver.ts';

/** What a driver tells of itself, and the order of what it does. */
export class DriverState {
  readonly #listeners = new Set<() => void>();
  #status: DriverStatus;
  #running: Promise<unknown> = Promise.resolve();
  #busy = 0;
  #turns = 0;

  constructor(summary: string) {
    this.#status = {
      capture: 'off',
      summary,
      problem: '',
      notShown: '',
      pods: 0,
      until: null,
      holder: '',
      slotInPlace: false,
      steps: [],
    };
  }

  get status(): DriverStatus {
    return this.#status;
  }

  /** Something is being switched: what is seen of the cluster meanwhile says nothing. */
  get isBusy(): boolean {
    return this.#busy > 0;
  }

  /** Another one when something has begun or ended to be switched: what was looked at before is not what is. */
  get turn(): number {
    return this.#turns;
  }

  become(change: Partial<DriverStatus>): void {
    this.#status = { ...this.#status, ...change };
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** One change at a time: a second click waits for the first. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#running.then(async () => {
      this.#busy++;
      this.#turns++;
      try {
        return await work();
      } finally {
        this.#busy--;
        this.#turns++;
      }
    });
    this.#running = next.catch(() => {});
    return next;
  }

  /** When all that was begun has ended. */
  async settled(): Promise<void> {
    await this.#running;
  }
}
