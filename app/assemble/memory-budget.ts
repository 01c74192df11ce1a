/** Bytes that all conversations of a dissector hold together while they wait for something. */
export class MemoryBudget {
  private held = 0;
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  hold(bytes: number): void {
    this.held += bytes;
  }

  release(bytes: number): void {
    this.held -= bytes;
  }

  /** What is held is more than it should be: waiting has to end. */
  get isExceeded(): boolean {
    return this.held > this.limit;
  }

  /** Half of it is used: what is only good to have is not kept. */
  get isTight(): boolean {
    return this.held > this.limit / 2;
  }
}
