const first = 250;
/** Short enough that what comes back is found within a few seconds. */
const longest = 3_000;

/** Pauses between attempts that fail: growing, with a random part so that many clients do not come at once. Milliseconds. */
export class BackOff {
  #next = first;

  /** The pause before the next attempt. */
  next(): number {
    const pause = this.#next;
    this.#next = Math.min(longest, this.#next * 2);
    return pause * (0.75 + Math.random() / 2);
  }

  /** An attempt succeeded. */
  reset(): void {
    this.#next = first;
  }
}
