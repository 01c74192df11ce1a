import type { FlowRow, Order, Overview, ValueCount } from '../api/types.ts';
import { checkFilter } from '../filter/check.ts';
import { compileFilter } from '../filter/compile.ts';
import { costOf } from '../filter/expression.ts';
import type { DetailReader } from '../filter/flow-columns.ts';
import { InvalidFilter } from '../filter/invalid-filter.ts';
import type { FlowSummary } from '../model/flow.ts';
import { createFlowTable } from './flow-table.ts';
import { FlowView } from './flow-view.ts';
import { MatchList } from './match-list.ts';
import { findNeighbours, type Neighbours } from './neighbours.ts';
import { overviewOf } from './overview.ts';
import { sortKey } from './sort-key.ts';
import { valuesOf } from './values.ts';

/** Lists kept up to date: what a window, a strip and a search beside it need at once, and the filter before. */
const KEPT_LISTS = 6;

/** The flows of a session. Everything above asks it by these queries, and never for its columns. */
export interface FlowIndex {
  /** Takes a new flow and gives its id: dense from 0, in order of arrival. */
  add(summary: FlowSummary): number;
  /** Puts what is known now in the place of what was known of a flow. */
  update(id: number, summary: FlowSummary): void;
  /** Takes a flow out of every list and count; its id is not given again. For one that turned out to be a part of another. */
  remove(id: number): void;
  /** @throws RangeError when there is no such flow */
  get(id: number): FlowRow;
  /** Grows with every change. */
  readonly version: number;
  readonly total: number;
  /** Flows in the state `open`. */
  readonly open: number;
  /** @throws InvalidFilter */
  query(filter: string, order: Order): FlowView;
  /**
   * Values of a field that contain `text` in any letter case, most frequent first, those that begin with it before the others.
   *
   * @throws InvalidFilter when there is no such field
   */
  values(field: string, text: string, limit: number): ValueCount[];
  /**
   * Flows over time, in `buckets` equal parts of the time of all flows, so that the strip stands still while filters change.
   *
   * @throws InvalidFilter
   */
  overview(filter: string, buckets: number): Overview;
  /** Flows that belong with one, by trace, by Diameter session and by connection: the first `limit` of each. */
  neighbours(id: number, limit: number): Neighbours;
  /** Memory of the columns, bytes. */
  bytes(): number;
}

/** What an index needs of its surroundings. */
export interface FlowIndexOptions {
  /** Milliseconds since the epoch: what `-5m` in a new filter counts from. */
  now(): number;
  /** For fields that the index does not hold. */
  readonly details: DetailReader | null;
}

/** Makes an empty index. */
export function createFlowIndex(options: FlowIndexOptions): FlowIndex {
  const table = createFlowTable();
  /** By filter and column; the one used last stands last. */
  const lists = new Map<string, { list: MatchList; cost: 'summary' | 'detail' }>();
  const removed = new Set<number>();
  let version = 0;
  let total = 0;
  let open = 0;

  function listOf(filter: string, column: Order['column']) {
    const name = `${column}\n${filter.trim()}`;
    const made = lists.get(name) ?? makeList(filter, column);
    lists.delete(name);
    lists.set(name, made);
    for (const oldest of lists.keys()) {
      if (lists.size <= KEPT_LISTS) break;
      lists.delete(oldest);
    }
    return made;
  }

  function makeList(filter: string, column: Order['column']) {
    const { expression, errors } = checkFilter(filter, options.now());
    if (errors.length > 0) throw new InvalidFilter(errors);
    const matches = expression === null ? () => true : compileFilter(expression, table, options.details);
    const predicate = (id: number) => (removed.size === 0 || !removed.has(id)) && matches(id);
    const cost = expression === null ? ('summary' as const) : costOf(expression);
    return { list: new MatchList(predicate, sortKey(column, table), () => total), cost };
  }

  function existing(id: number): void {
    if (!Number.isInteger(id) || id < 0 || id >= total) throw new RangeError(`There is no flow ${id}.`);
  }

  function query(filter: string, order: Order): FlowView {
    const { list, cost } = listOf(filter, order.column);
    return new FlowView(list, table, order.descending, cost);
  }

  return {
    add(summary) {
      const id = total;
      table.write(id, summary);
      total++;
      version++;
      if (summary.state === 'open') open++;
      return id;
    },
    update(id, summary) {
      existing(id);
      const watching = [...lists.values()].map(({ list }) => ({ list, mark: list.mark(id) }));
      const wasOpen = table.state.value(table.state.code(id)) === 'open';
      table.write(id, summary);
      version++;
      open += Number(summary.state === 'open') - Number(wasOpen);
      for (const { list, mark } of watching) list.changed(id, mark);
    },
    remove(id) {
      existing(id);
      if (removed.has(id)) return;
      const watching = [...lists.values()].map(({ list }) => ({ list, mark: list.mark(id) }));
      if (table.state.value(table.state.code(id)) === 'open') open--;
      removed.add(id);
      version++;
      for (const { list, mark } of watching) list.changed(id, mark);
    },
    get(id) {
      existing(id);
      return table.read(id);
    },
    get version() {
      return version;
    },
    get total() {
      return total - removed.size;
    },
    get open() {
      return open;
    },
    query,
    values: (field, text, limit) => valuesOf(table, total, field, text, limit),
    overview: (filter, buckets) =>
      overviewOf(table, total, query(filter, { column: 'id', descending: false }), buckets),
    neighbours(id, limit) {
      existing(id);
      return findNeighbours(table, total, id, limit);
    },
    bytes: () => table.bytes(),
  };
}
