import type { FlowRow } from '../api/types.ts';
import type { FlowTable } from './flow-table.ts';
import type { MatchList } from './match-list.ts';

/**
 * The flows that match a filter, in an order. It follows the index: each question is answered as of now. Where the filter
 * needs what has to be read from the session (`cost` is `detail`), only `advance` looks at flows, and the other questions
 * are answered as far as it has come. A view is light, and follows the index as long as its list is kept: ask the index for
 * it again for each question.
 */
export class FlowView {
  readonly cost: 'summary' | 'detail';
  readonly #list: MatchList;
  readonly #table: FlowTable;
  readonly #descending: boolean;

  constructor(list: MatchList, table: FlowTable, descending: boolean, cost: 'summary' | 'detail') {
    this.#list = list;
    this.#table = table;
    this.#descending = descending;
    this.cost = cost;
  }

  /** How many flows match. */
  get matching(): number {
    this.#follow();
    return this.#list.length;
  }

  /** Flows that were not looked at yet. */
  get pending(): number {
    return this.cost === 'summary' ? 0 : this.#list.pending();
  }

  /** Looks at the next flows, at most `rows` of them, and gives how many are left. */
  advance(rows: number): number {
    this.#list.refresh(rows);
    return this.#list.pending();
  }

  /** Rows from a place on. */
  window(offset: number, limit: number): FlowRow[] {
    return this.ids(offset, limit).map((id) => this.#table.read(id));
  }

  /** Ids from a place on. */
  ids(offset: number, limit: number): number[] {
    this.#follow();
    const { length } = this.#list;
    const start = Math.max(0, Math.floor(offset));
    const end = Math.min(length, start + Math.max(0, Math.floor(limit)));
    const result: number[] = [];
    for (let place = start; place < end; place++) {
      result.push(this.#list.at(this.#descending ? length - 1 - place : place));
    }
    return result;
  }

  /** Calls `visit` with the id of each flow, in ascending order. */
  forEach(visit: (id: number) => void): void {
    this.#follow();
    for (let place = 0; place < this.#list.length; place++) visit(this.#list.at(place));
  }

  /** The place of a flow, or -1 when it does not match. */
  locate(id: number): number {
    this.#follow();
    const place = this.#list.placeOf(id);
    return place < 0 || !this.#descending ? place : this.#list.length - 1 - place;
  }

  #follow(): void {
    if (this.cost === 'summary') this.#list.refresh(Number.POSITIVE_INFINITY);
  }
}
