/** Repeatable random numbers: a run is told by its seed. Marsaglia's xorshift with 32 bits of state. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0 || 1;
  }

  /** From 0 to 2^32 - 1. */
  next(): number {
    let state = this.state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.state = state >>> 0;
    return this.state;
  }

  /** From 0 to `limit` - 1; 0 when `limit` is 0. */
  below(limit: number): number {
    return limit > 0 ? this.next() % limit : 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}
