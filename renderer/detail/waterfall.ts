import type { FlowRow } from '../../app/api/types.ts';

/** A call of a trace, or of a Diameter session, as the waterfall draws it. */
export interface WaterfallStep {
  readonly row: FlowRow;
  /** Calls that it was made within. */
  readonly depth: number;
  /** Where it begins and how long it is, as shares of the whole. */
  readonly from: number;
  readonly length: number;
}

/**
 * Flows in order of their time. One is within another when the pod that was called there made it while that call went on: what
 * the sidecars saw says no more of who called on whose behalf.
 */
export function waterfallOf(rows: readonly FlowRow[]): readonly WaterfallStep[] {
  const ordered = [...rows].sort((a, b) => a.time - b.time || endOf(b) - endOf(a) || a.id - b.id);
  const begin = ordered[0]?.time ?? 0;
  const whole = Math.max(...ordered.map(endOf), begin) - begin || 1;
  const depths = new Map<FlowRow, number>();
  return ordered.map((row, index) => {
    const parent = ordered.slice(0, index).findLast((earlier) => isWithin(row, earlier));
    const depth = parent ? depths.get(parent)! + 1 : 0;
    depths.set(row, depth);
    return { row, depth, from: (row.time - begin) / whole, length: (endOf(row) - row.time) / whole };
  });
}

/** Of a call that goes on no end is known: it is drawn as a point. */
function endOf({ time, duration }: FlowRow): number {
  return time + (duration ?? 0);
}

function isWithin(inner: FlowRow, outer: FlowRow): boolean {
  const { pod, namespace } = inner.source;
  if (pod === '' || outer.destination.pod !== pod || outer.destination.namespace !== namespace) return false;
  return outer.duration === null || inner.time <= endOf(outer);
}
