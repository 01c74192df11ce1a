/** Captures remembered for sure; twice as many at most. */
const REMEMBERED = 50_000;

/**
 * Knows captures that come a second time: an aggregator that ended before it answered a batch leaves it to its successor, which sends
 * under numbers of its own what the first had sent already.
 */
export class RecentCaptures {
  /** Parts seen, by `metadata.id`. The older map goes when the younger is full. */
  private younger = new Map<string, number>();
  private older = new Map<string, number>();

  /** The part of the capture `id` that comes next: 0 for one that is not known. */
  next(id: string): number {
    return this.younger.get(id) ?? this.older.get(id) ?? 0;
  }

  /** Remembers a part. False when it was here before. */
  take(id: string, part: number): boolean {
    if (part < this.next(id)) return false;
    this.remember(id, part);
    return true;
  }

  /** Remembers a part that is known not to have been here before. */
  remember(id: string, part: number): void {
    this.younger.set(id, part + 1);
    if (this.younger.size < REMEMBERED) return;
    this.older = this.younger;
    this.younger = new Map();
  }
}
