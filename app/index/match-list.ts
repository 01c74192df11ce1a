import type { FlowPredicate } from '../filter/compile.ts';
import { argsort } from './argsort.ts';
import { type Column, createColumn } from './column.ts';
import type { SortKey } from './sort-key.ts';

/** What a row is to a list. */
const OUT = 0;
const IN = 1;
const LEAVING = 2;

/** When more than this part of a list is new, sorting all of it is quicker than merging. */
const RESORT_PART = 1 / 8;

/**
 * The rows that match a filter, in an order, kept up to date without evaluating again what did not change. It assumes that
 * - rows are numbered densely and only ever added at the end;
 * - whether a row matches, and its sort key, change only with a write that `changed` is told of;
 * - `predicate` and `key` read the columns as they are now.
 * What happened since is gathered and worked off by `refresh`, so that a burst of changes costs one pass.
 */
export class MatchList {
  readonly #predicate: FlowPredicate;
  readonly #key: SortKey;
  readonly #total: () => number;
  readonly #role: Column = createColumn(Uint8Array);
  readonly #changed = new Set<number>();
  readonly #moved = new Set<number>();
  #ids = new Uint32Array(1024);
  #length = 0;
  /** Rows below this were evaluated. */
  #evaluated = 0;

  constructor(predicate: FlowPredicate, key: SortKey, total: () => number) {
    this.#predicate = predicate;
    this.#key = key;
    this.#total = total;
  }

  /** What `changed` has to be given back after a write: the row's sort key. */
  mark(id: number): number {
    return this.#key.mark(id);
  }

  /** A row was written again; `before` is its mark from before the write. */
  changed(id: number, before: number): void {
    if (id >= this.#evaluated) return;
    this.#changed.add(id);
    if (this.#key.mark(id) !== before) this.#moved.add(id);
  }

  /** How many rows `refresh` has still to look at. */
  pending(): number {
    return this.#total() - this.#evaluated + this.#changed.size;
  }

  /** Brings the list up to date, looking at no more than `rows` rows. */
  refresh(rows: number): void {
    const added: number[] = [];
    const removed = this.#lookAtChanged(rows, added);
    const from = this.#evaluated;
    const to = Math.min(this.#total(), from + Math.max(0, rows));
    for (let id = from; id < to; id++) {
      const matches = this.#predicate(id);
      this.#role.set(id, matches ? IN : OUT);
      if (matches) added.push(id);
    }
    this.#evaluated = to;
    if (removed > 0) this.#remove();
    if (added.length > 0) this.#insert(added);
  }

  /** Matching rows, as of the last refresh. */
  get length(): number {
    return this.#length;
  }

  /** The row at a place, in ascending order. */
  at(place: number): number {
    return this.#ids[place]!;
  }

  /** The place of a row, or -1. */
  placeOf(id: number): number {
    return this.#ids.subarray(0, this.#length).indexOf(id);
  }

  /** Fills `added` with rows that come in or move, marks those that leave or move, and gives the number of the latter. */
  #lookAtChanged(rows: number, added: number[]): number {
    let removed = 0;
    let looked = 0;
    for (const id of this.#changed) {
      if (looked++ >= rows) break;
      const was = this.#role.get(id) === IN;
      const matches = this.#predicate(id);
      const moved = this.#moved.delete(id);
      this.#changed.delete(id);
      if (was && matches && !moved) continue;
      if (was) removed++;
      this.#role.set(id, was ? LEAVING : OUT);
      if (matches) added.push(id);
    }
    return removed;
  }

  #remove(): void {
    let kept = 0;
    for (let place = 0; place < this.#length; place++) {
      const id = this.#ids[place]!;
      if (this.#role.get(id) === LEAVING) this.#role.set(id, OUT);
      else this.#ids[kept++] = id;
    }
    this.#length = kept;
  }

  #insert(added: number[]): void {
    for (const id of added) this.#role.set(id, IN);
    this.#reserve(this.#length + added.length);
    if (added.length > this.#length * RESORT_PART) this.#sortAll(added);
    else this.#merge(added.sort(this.#compare));
  }

  readonly #compare = (left: number, right: number): number => this.#key.compare(left, right) || left - right;

  /** From the back, so that rows at the end, where most arrive, move nothing. */
  #merge(added: readonly number[]): void {
    let from = this.#length - 1;
    let to = this.#length + added.length - 1;
    for (let next = added.length - 1; next >= 0; to--) {
      const id = added[next]!;
      if (from >= 0 && this.#compare(this.#ids[from]!, id) > 0) {
        this.#ids[to] = this.#ids[from--]!;
      } else {
        this.#ids[to] = id;
        next--;
      }
    }
    this.#length += added.length;
  }

  #sortAll(added: readonly number[]): void {
    const ids = this.#ids;
    ids.set(added, this.#length);
    this.#length += added.length;
    const all = ids.subarray(0, this.#length);
    all.sort();
    const rank = this.#key.ranks();
    const keys = new Float64Array(all.length);
    for (let place = 0; place < all.length; place++) keys[place] = rank(all[place]!);
    const byId = all.slice();
    const order = argsort(keys);
    for (let place = 0; place < order.length; place++) all[place] = byId[order[place]!]!;
  }

  #reserve(length: number): void {
    if (length <= this.#ids.length) return;
    const larger = new Uint32Array(Math.max(length, this.#ids.length * 2));
    larger.set(this.#ids.subarray(0, this.#length));
    this.#ids = larger;
  }
}
