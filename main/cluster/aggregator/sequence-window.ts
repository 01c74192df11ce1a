/** More unsettled batches than a filter ever has in flight; a window that reaches this lets its oldest go. */
const MAXIMUM_REMEMBERED = 4096;

/** Which batches of one VM instance were taken, so that one that comes again is known. */
export class SequenceWindow {
  /** All below are settled: they will not come again. */
  private settled: number;
  private readonly taken = new Set<number>();
  /** Batches that were settled without having been here: given up by the filter, which counts them, or taken by an aggregator before this one. */
  missing = 0;

  constructor(settled: number) {
    this.settled = settled;
  }

  /** True for a batch that has not been taken before, which is remembered as taken. */
  take(sequence: number, settled: number): boolean {
    if (sequence < this.settled || this.taken.has(sequence)) return false;
    this.taken.add(sequence);
    this.advance(Math.max(settled, sequence - MAXIMUM_REMEMBERED));
    return true;
  }

  private advance(settled: number): void {
    if (settled <= this.settled) return;
    let present = 0;
    for (const sequence of this.taken) {
      if (sequence >= settled) continue;
      this.taken.delete(sequence);
      present++;
    }
    this.missing += settled - this.settled - present;
    this.settled = settled;
  }
}
