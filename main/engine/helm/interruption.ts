/**
 * A user's wish to stop what was begun, as Ctrl+C says it. It is heard once, between two steps; what is done after that, to have
 * all as it was before, is not stopped.
 */
export class Interruption {
  readonly #ends = new Set<() => void>();
  #held = 0;
  #isPending = false;
  #hasBegun = false;
  readonly #onMissed: () => void;

  /** @param onMissed there was no step any more that could have heard it: what was done is not taken back */
  constructor(onMissed: () => void = () => {}) {
    this.#onMissed = onMissed;
  }

  /** Something is being changed that is not to be left half done. */
  get isHeld(): boolean {
    return this.#held > 0;
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  begin(): void {
    this.#hasBegun = true;
    this.#isPending = true;
    for (const end of this.#ends) end();
  }

  /** Does what is not to be left half done. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.#held++;
    try {
      return await work();
    } finally {
      this.#held--;
      if (this.#held === 0 && this.heard()) this.#onMissed();
    }
  }

  /** Lets something that changes nothing be ended while it is waited for. */
  async during<T>(end: () => void, work: Promise<T>): Promise<T> {
    this.#ends.add(end);
    try {
      return await work;
    } finally {
      this.#ends.delete(end);
    }
  }

  /** To be asked before each step. @throws Error when there is to be none, once */
  check(): void {
    if (this.heard()) throw new Error('It was interrupted.');
  }

  /** Whether it was wished for and nobody has heard it yet. */
  heard(): boolean {
    const isPending = this.#isPending;
    this.#isPending = false;
    return isPending;
  }
}
