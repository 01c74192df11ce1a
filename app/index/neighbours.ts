import type { FlowTable } from './flow-table.ts';

/** Ids of flows that belong with one, itself among them, in order of arrival. */
export interface Neighbours {
  /** The same W3C trace; empty when the flow has none. */
  readonly trace: readonly number[];
  /** The same Diameter session; empty when the flow has none. */
  readonly session: readonly number[];
  readonly connection: readonly number[];
}

/** Finds them by reading three columns through: codes are compared, not texts. */
export function findNeighbours(table: FlowTable, total: number, id: number, limit: number): Neighbours {
  return {
    trace: table.traceId.value(table.traceId.code(id)) === '' ? [] : same(table.traceId.code, total, id, limit),
    session: table.sessionId.value(table.sessionId.code(id)) === '' ? [] : same(table.sessionId.code, total, id, limit),
    connection: same(table.stream, total, id, limit),
  };
}

function same(column: (id: number) => number, total: number, id: number, limit: number): number[] {
  const wanted = column(id);
  const found: number[] = [];
  for (let each = 0; each < total && found.length < limit; each++) {
    if (column(each) === wanted) found.push(each);
  }
  return found;
}
