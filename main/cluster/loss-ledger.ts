import type { LossDocument } from '../../app/capture/document.ts';

/** What a loss is of, and whose counter says so. */
export type LossKey = Omit<LossDocument, 'type' | 'time' | 'count' | 'total'>;

interface Entry {
  readonly key: LossKey;
  total: number;
  reported: number;
}

/** Keys remembered; a mesh has a few for each pod. */
const MAXIMUM_ENTRIES = 50_000;

/** Sums up losses until they can be sent: one document for each key that grew, whatever happened in between. */
export class LossLedger {
  private readonly entries = new Map<string, Entry>();

  add(key: LossKey, count: number): void {
    this.entry(key).total += count;
  }

  /** A counter kept elsewhere has reached `total`. */
  reach(key: LossKey, total: number): void {
    const entry = this.entry(key);
    if (total > entry.total) entry.total = total;
  }

  /** Offers a document for each key that grew; what `send` refuses is offered again the next time. */
  flush(time: bigint, send: (document: LossDocument) => boolean): void {
    for (const entry of this.entries.values()) {
      const count = entry.total - entry.reported;
      if (count === 0) continue;
      if (!send({ type: 'loss', time, ...entry.key, count, total: entry.total })) return;
      entry.reported = entry.total;
    }
    if (this.entries.size > MAXIMUM_ENTRIES) this.forgetOldest();
  }

  private entry(key: LossKey): Entry {
    const name = `${key.counter} ${key.namespace}/${key.pod} ${key.stage} ${key.kind} ${key.reason}`;
    let entry = this.entries.get(name);
    if (!entry) {
      entry = { key, total: 0, reported: 0 };
      this.entries.set(name, entry);
    }
    return entry;
  }

  private forgetOldest(): void {
    for (const [name, entry] of this.entries) {
      if (this.entries.size <= MAXIMUM_ENTRIES) return;
      if (entry.total === entry.reported) this.entries.delete(name);
    }
  }
}
