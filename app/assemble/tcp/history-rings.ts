import type { MemoryBudget } from '../memory-budget.ts';

/** Given back rings of one size that are kept for the next side. */
const MAXIMUM_SPARE = 64;

/** Buffers of sides that have ended serve the next ones: most connections are short, and their buffers the same. */
export class HistoryRings {
  private readonly memory: MemoryBudget;
  private readonly spare = new Map<number, Uint8Array[]>();

  constructor(memory: MemoryBudget) {
    this.memory = memory;
  }

  /** A ring with any content; null when memory is short. */
  take(capacity: number): Uint8Array | null {
    if (this.memory.isTight) return null;
    this.memory.hold(capacity);
    return this.spare.get(capacity)?.pop() ?? new Uint8Array(capacity);
  }

  giveBack(ring: Uint8Array): void {
    this.memory.release(ring.length);
    const spare = this.spare.get(ring.length);
    if (spare === undefined) this.spare.set(ring.length, [ring]);
    else if (spare.length < MAXIMUM_SPARE) spare.push(ring);
  }
}
