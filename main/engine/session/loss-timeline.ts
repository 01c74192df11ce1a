import type { Overview } from '../../../app/api/types.ts';

/** Entries remembered; beyond, neighbouring ones become one. */
const maximumEntries = 10_000;

/** When something was lost on the way to this session, for the strip above the list. */
export class LossTimeline {
  #entries: { time: number; count: number }[] = [];

  /** @param time milliseconds since the epoch */
  add(time: number, count: number): void {
    this.#entries.push({ time, count });
    if (this.#entries.length <= maximumEntries) return;
    this.#entries.sort((a, b) => a.time - b.time);
    this.#entries = this.#entries.flatMap((entry, index, all) =>
      index % 2 === 0 ? [{ time: entry.time, count: entry.count + (all[index + 1]?.count ?? 0) }] : [],
    );
  }

  clear(): void {
    this.#entries = [];
  }

  /** The overview with what was lost in each of its buckets. */
  mark(overview: Overview): Overview {
    const { from, to, buckets } = overview;
    if (this.#entries.length === 0 || buckets.length === 0) return overview;
    const lost = buckets.map(() => 0);
    const width = Math.max(1, to - from) / buckets.length;
    for (const { time, count } of this.#entries) {
      const place = Math.min(buckets.length - 1, Math.max(0, Math.floor((time - from) / width)));
      lost[place]! += count;
    }
    return { ...overview, buckets: buckets.map((bucket, index) => ({ ...bucket, lost: lost[index]! })) };
  }
}
