import type { Overview } from '../api/types.ts';
import type { FlowTable } from './flow-table.ts';
import type { FlowView } from './flow-view.ts';

/** From the first to the last start of all flows, milliseconds since the epoch. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Counts the flows of a view by time: all, those with an error, and those of which parts are missing. */
export function overviewOf(table: FlowTable, { from, to }: TimeRange, view: FlowView, buckets: number): Overview {
  const counts = new Uint32Array(buckets);
  const errors = new Uint32Array(buckets);
  const lost = new Uint32Array(buckets);
  const scale = to > from ? buckets / (to - from) : 0;
  const { code, value, size } = table.status;
  const isError = Array.from({ length: size() }, (_, each) => value(each)?.error === true);
  view.forEach((id) => {
    const bucket = Math.min(buckets - 1, Math.floor((table.time(id) - from) * scale));
    counts[bucket]!++;
    if (isError[code(id)]) errors[bucket]!++;
    if (table.lossy(id) !== 0) lost[bucket]!++;
  });
  const bucketAt = (index: number) => ({ count: counts[index]!, errors: errors[index]!, lost: lost[index]! });
  return { from, to, buckets: Array.from(counts, (_, index) => bucketAt(index)) };
}
