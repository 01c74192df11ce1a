import type { Order } from '../../app/api/types.ts';

/** Where new flows come in: at an edge of the list, or anywhere in it. */
export type TailEdge = 'top' | 'bottom' | 'none';

export function tailEdge(order: Order): TailEdge {
  if (order.column !== 'id' && order.column !== 'time') return 'none';
  return order.descending ? 'top' : 'bottom';
}

/**
 * The live tail. `following`: the list stands at the edge and stays there. `reading`: the user scrolled away, nothing moves.
 * `paused`: nothing is drawn until Space is pressed again; recording goes on.
 */
export type TailMode = 'following' | 'reading' | 'paused';

export interface Tail {
  readonly mode: TailMode;
  /** Matching flows when the list was last seen at its edge. */
  readonly seen: number;
  /** Matching flows now, as far as known. */
  readonly matching: number;
}

/** Nothing is counted yet: the first count says what is old. */
export function freshTail(mode: TailMode): Tail {
  return { mode, seen: Number.POSITIVE_INFINITY, matching: 0 };
}

/** Flows that came since the edge was left; what the pill counts. */
export function newFlows(tail: Tail): number {
  return tail.mode === 'following' ? 0 : Math.max(0, tail.matching - tail.seen);
}

export function counted(tail: Tail, matching: number): Tail {
  const seen = tail.mode === 'following' ? matching : Math.min(tail.seen, matching);
  return seen === tail.seen && matching === tail.matching ? tail : { ...tail, seen, matching };
}

/** The list was scrolled. Reaching the edge follows again, but never ends a pause. */
export function scrolled(tail: Tail, edge: TailEdge, atTop: boolean, atBottom: boolean): Tail {
  if (tail.mode === 'paused') return tail;
  const atEdge = edge === 'bottom' ? atBottom : edge === 'top' && atTop;
  const mode = atEdge ? 'following' : 'reading';
  if (mode === tail.mode) return tail;
  return { ...tail, mode, seen: tail.matching };
}

/** A flow was chosen to be read: from now on it stays where it is. */
export function stopped(tail: Tail): Tail {
  return tail.mode === 'following' ? { ...tail, mode: 'reading', seen: tail.matching } : tail;
}

export function togglePause(tail: Tail): Tail {
  return tail.mode === 'paused' ? { ...tail, mode: 'reading' } : { ...tail, mode: 'paused', seen: tail.matching };
}
