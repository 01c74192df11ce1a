import type { PodLoss } from '../../../app/api/types.ts';
import type { LossDocument } from '../../../app/capture/document.ts';
import type { Missed } from './arrivals.ts';

/** Counters and rows remembered at most. */
const maximumRows = 20_000;

/** Kinds whose count is of calls or parts of calls; bodies are counted in bytes. */
const countedKinds: ReadonlySet<string> = new Set(['exchange', 'part', 'message']);

const missedReason = 'gone from the receiver before they were fetched';

/** Sums up what was lost on the way, by pod. A counter heard of twice counts once. */
export class LossTable {
  /** Last total by counter and key. */
  readonly #totals = new Map<string, number>();
  readonly #rows = new Map<string, PodLoss>();

  add(document: LossDocument): void {
    const { namespace, pod, stage, kind, reason, counter, count, total } = document;
    const name = `${counter} ${namespace}/${pod} ${stage} ${kind} ${reason}`;
    const known = this.#totals.get(name);
    // What a counter lost before we first heard of it is not ours, but for what this very document tells.
    const news = known === undefined ? count : Math.max(0, total - known);
    if (known === undefined && this.#totals.size >= maximumRows) this.#totals.clear();
    this.#totals.set(name, Math.max(total, known ?? 0));
    this.#count({ namespace, pod, stage, kind, reason, count: news });
  }

  /** Of a pod so much was sent to the receiver and did not arrive here. */
  addMissed(namespace: string, pod: string, { exchanges, parts }: Missed): void {
    const place = { namespace, pod, stage: 'live tail', reason: missedReason };
    this.#count({ ...place, kind: 'exchange', count: exchanges });
    this.#count({ ...place, kind: 'part', count: parts });
  }

  /** Calls, messages and parts that were lost. */
  get lost(): number {
    let sum = 0;
    for (const row of this.#rows.values()) if (countedKinds.has(row.kind)) sum += row.count;
    return sum;
  }

  /** Most first. */
  rows(): PodLoss[] {
    return [...this.#rows.values()].sort((a, b) => b.count - a.count);
  }

  #count(loss: PodLoss): void {
    if (loss.count === 0) return;
    const name = `${loss.namespace}/${loss.pod} ${loss.stage} ${loss.kind} ${loss.reason}`;
    const known = this.#rows.get(name);
    if (known === undefined && this.#rows.size >= maximumRows) return;
    this.#rows.set(name, { ...loss, count: loss.count + (known?.count ?? 0) });
  }
}
