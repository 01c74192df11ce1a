import type { LossDocument } from '../../../app/capture/document.ts';

/** Counters remembered: pods times kinds of loss. */
const MAXIMUM_COUNTERS = 100_000;

/** Tells by how much a loss is news: counters are said again by an aggregator that was restarted. */
export class LossTotals {
  private readonly totals = new Map<string, number>();

  /** The document with `count` as what was not told before; null when nothing is new. */
  news(document: LossDocument): LossDocument | null {
    const { counter, namespace, pod, stage, kind, reason, total } = document;
    const key = `${counter} ${namespace}/${pod} ${stage} ${kind} ${reason}`;
    const count = total - (this.totals.get(key) ?? 0);
    if (count <= 0) return null;
    this.totals.delete(key);
    this.totals.set(key, total);
    if (this.totals.size > MAXIMUM_COUNTERS) this.forgetOldest();
    return { ...document, count };
  }

  private forgetOldest(): void {
    for (const key of this.totals.keys()) {
      this.totals.delete(key);
      return;
    }
  }
}
