import type { Overview } from '../api/types.ts';
import type { FlowTable } from './flow-table.ts';
import type { FlowView } from './flow-view.ts';

/** How many ids are taken from the view at a time. */
const STEP = 1 << 16;

/** Counts the flows of a view by time: all, those with an error, and those of which parts are missing. */
export function overviewOf(table: FlowTable, total: number, view: FlowView, buckets: number): Overview {
  const [from, to] = timeRange(table, total);
  const counts = Array.from({ length: buckets }, () => ({ count: 0, errors: 0, lost: 0 }));
  const scale = to > from ? buckets / (to - from) : 0;
  const { matching } = view;
  for (let offset = 0; offset < matching; offset += STEP) {
    for (const id of view.ids(offset, STEP)) {
      const bucket = counts[Math.min(buckets - 1, Math.floor((table.time(id) - from) * scale))];
      if (!bucket) continue;
      bucket.count++;
      if (table.status.value(table.status.code(id))?.error) bucket.errors++;
      if (table.lossy(id) !== 0) bucket.lost++;
    }
  }
  return { from, to, buckets: counts };
}

function timeRange(table: FlowTable, total: number): readonly [number, number] {
  if (total === 0) return [0, 0];
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < total; id++) {
    const time = table.time(id);
    if (time < from) from = time;
    if (time > to) to = time;
  }
  return [from, to];
}
