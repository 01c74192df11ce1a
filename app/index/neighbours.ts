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
  const { traceId, sessionId, stream, isRemoved } = table;
  const same = (column: (id: number) => number) => {
    const wanted = column(id);
    const found: number[] = [];
    for (let each = 0; each < total && found.length < limit; each++) {
      if (column(each) === wanted && !isRemoved(each)) found.push(each);
    }
    return found;
  };
  return {
    trace: traceId.value(traceId.code(id)) === '' ? [] : same(traceId.code),
    session: sessionId.value(sessionId.code(id)) === '' ? [] : same(sessionId.code),
    connection: same(stream),
  };
}
