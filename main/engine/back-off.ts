const first = 250;
/** Short enough that what comes back is found within a few seconds. */
const longest = 2_000;
const growth = 1.5;

/** Pauses between attempts that fail: growing, with a random part so that many clients do not come at once. Milliseconds. */
export class BackOff {
  #next = first;

  /** The pause before the next attempt. */
  next(): number {
    const pause = this.#next;
    this.#next = Math.min(longest, this.#next * growth);
    return pause * (0.75 + Math.random() / 2);
  }

  /** An attempt succeeded. */
  reset(): void {
    this.#next = first;
  }
}
