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
import { overviewOf, type TimeRange } from './overview.ts';
import { sortKey } from './sort-key.ts';
import { valuesOf } from './values.ts';

/** Lists kept up to date: what a window, a strip and a search beside it need at once, the filter before, and those that are counted. */
const KEPT_LISTS = 24;

/** The flows of a session. Everything above asks it by these queries, and never for its columns. */
export interface FlowIndex {
  /** Takes a new flow and gives its id: dense from 0, in order of arrival. */
  add(summary: FlowSummary): number;
  /** Puts what is known now in the place of what was known of a flow; of a removed one nothing is known any more. */
  update(id: number, summary: FlowSummary): void;
  /** Takes a flow out of every list and count; its id is not given again. For one that turned out to be a part of another. */
  remove(id: number): void;
  /** @throws RangeError when there is no such flow, or no more */
  get(id: number): FlowRow;
  /** Null where it turned out to be a part of another. */
  find(id: number): FlowRow | null;
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
   * That time never shrinks, even where the flow at its edge was corrected or removed.
   *
   * @throws InvalidFilter
   */
  overview(filter: string, buckets: number): Overview;
  /**
   * How many flows match; null where what is on disk would have to be read for it.
   *
   * @throws InvalidFilter
   */
  count(filter: string): number | null;
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

/** The list of a filter's flows by a column. */
interface KeptList {
  readonly filter: string;
  readonly column: Order['column'];
  readonly list: MatchList;
  readonly cost: 'summary' | 'detail';
}

/** Makes an empty index. */
export function createFlowIndex(options: FlowIndexOptions): FlowIndex {
  const table = createFlowTable();
  /** By filter and column; the one used last stands last. */
  const lists = new Map<string, KeptList>();
  let version = 0;
  /** Ids given, removed flows among them. */
  let rows = 0;
  let removed = 0;
  let open = 0;
  let range: TimeRange = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };

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
    const predicate = (id: number) => (removed === 0 || !table.isRemoved(id)) && matches(id);
    const cost = expression === null ? ('summary' as const) : costOf(expression);
    return { list: new MatchList(predicate, sortKey(column, table), () => rows), cost, filter: filter.trim(), column };
  }

  function existing(id: number): void {
    if (!Number.isInteger(id) || id < 0 || id >= rows) throw new RangeError(`There is no flow ${id}.`);
  }

  function present(id: number): void {
    existing(id);
    if (table.isRemoved(id)) throw new RangeError(`Flow ${id} turned out to be a part of another.`);
  }

  function isOpen(id: number): boolean {
    return table.state.value(table.state.code(id)) === 'open';
  }

  function write(id: number, summary: FlowSummary): void {
    table.write(id, summary);
    version++;
    range = { from: Math.min(range.from, summary.time), to: Math.max(range.to, summary.time) };
  }

  /** Does what changes a row, and tells the lists. */
  function change(id: number, work: () => void): void {
    const marks = [...lists.values()].map(({ list }) => list.mark(id));
    work();
    for (const [index, { list }] of [...lists.values()].entries()) list.changed(id, marks[index]!);
  }

  function query(filter: string, order: Order): FlowView {
    const { list, cost } = listOf(filter, order.column);
    return new FlowView(list, table, order.descending, cost);
  }

  /** For callers to whom the order does not matter: by a column that the flows are already listed by, since a new list costs an evaluation. */
  function anyOrder(filter: string): FlowView {
    const kept = [...lists.values()].findLast((each) => each.filter === filter.trim());
    return query(filter, { column: kept?.column ?? 'id', descending: false });
  }

  return {
    add(summary) {
      write(rows, summary);
      if (summary.state === 'open') open++;
      return rows++;
    },
    update(id, summary) {
      existing(id);
      if (table.isRemoved(id)) return;
      open += Number(summary.state === 'open') - Number(isOpen(id));
      change(id, () => write(id, summary));
    },
    remove(id) {
      existing(id);
      if (table.isRemoved(id)) return;
      if (isOpen(id)) open--;
      removed++;
      version++;
      change(id, () => table.remove(id));
    },
    find(id) {
      existing(id);
      return table.isRemoved(id) ? null : table.read(id);
    },
    get(id) {
      present(id);
      return table.read(id);
    },
    get version() {
      return version;
    },
    get total() {
      return rows - removed;
    },
    get open() {
      return open;
    },
    query,
    values: (field, text, limit) => valuesOf(table, rows, field, text, limit),
    overview: (filter, buckets) =>
      overviewOf(table, rows === 0 ? { from: 0, to: 0 } : range, anyOrder(filter), buckets),
    count(filter) {
      const view = anyOrder(filter);
      return view.cost === 'summary' ? view.matching : null;
    },
    bytes: () => table.bytes(),
  };
}
