/** Milliseconds that only grow, whatever happens to the clock of the machine. */
export type MonotonicClock = () => number;

/** The lease was deleted: whoever did that removes the rest, too, or has died while doing it. Milliseconds. */
const missingGrace = 30_000;

/**
 * Judges whether a lease has run out by one clock alone, its own: time counts from when a change of `renewTime` was seen. What
 * that time says is never compared with anything, so the holder's clock may be wrong by any amount.
 */
export class LeaseWatch {
  readonly #clock: MonotonicClock;
  #seen = '';
  #since: number;
  #duration = missingGrace;

  constructor(clock: MonotonicClock) {
    this.#clock = clock;
    this.#since = clock();
  }

  /** Takes what was read; null when there is no lease. */
  observe(lease: unknown): void {
    const { renewTime = '', leaseDurationSeconds: seconds } = specOf(lease);
    const duration = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : missingGrace;
    const seen = lease === null ? 'missing' : `${renewTime} ${duration}`;
    if (seen === this.#seen) return;
    this.#seen = seen;
    this.#since = this.#clock();
    this.#duration = duration;
  }

  /** Milliseconds that are left; 0 or less when it has run out. */
  get left(): number {
    return this.#since + this.#duration - this.#clock();
  }
}

function specOf(lease: unknown): { readonly renewTime?: unknown; readonly leaseDurationSeconds?: unknown } {
  const spec = (lease as { spec?: unknown } | null)?.spec;
  return typeof spec === 'object' && spec !== null ? spec : {};
}
