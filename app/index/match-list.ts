import type { FlowPredicate } from '../filter/compile.ts';
import { argsort } from './argsort.ts';
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
  /** By row. */
  #roles = new Uint8Array(1024);
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
    const { entering, leaving } = this.#lookAtChanged(rows);
    if (leaving > 0) this.#remove();
    const kept = this.#length;
    for (const id of entering) this.#append(id);
    const to = Math.min(this.#total(), this.#evaluated + Math.max(0, rows));
    this.#roles = reserve(this.#roles, to);
    for (let id = this.#evaluated; id < to; id++) {
      if (this.#predicate(id)) this.#append(id);
    }
    this.#evaluated = to;
    if (this.#length > kept) this.#place(kept);
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

  /** Rows that come in or move, and how many leave or move: those are marked. */
  #lookAtChanged(rows: number): { entering: number[]; leaving: number } {
    const entering: number[] = [];
    let leaving = 0;
    let looked = 0;
    for (const id of this.#changed) {
      if (looked++ >= rows) break;
      const was = this.#roles[id] === IN;
      const matches = this.#predicate(id);
      const moved = this.#moved.delete(id);
      this.#changed.delete(id);
      if (was && matches && !moved) continue;
      if (was) leaving++;
      this.#roles[id] = was ? LEAVING : OUT;
      if (matches) entering.push(id);
    }
    return { entering, leaving };
  }

  #remove(): void {
    let kept = 0;
    for (let place = 0; place < this.#length; place++) {
      const id = this.#ids[place]!;
      if (this.#roles[id] === LEAVING) this.#roles[id] = OUT;
      else this.#ids[kept++] = id;
    }
    this.#length = kept;
  }

  /** Puts a row at the end, in order or not. */
  #append(id: number): void {
    this.#ids = reserve(this.#ids, this.#length + 1);
    this.#roles[id] = IN;
    this.#ids[this.#length++] = id;
  }

  /** Brings the rows from `kept` on to their places among those before, which are in order. */
  #place(kept: number): void {
    const added = this.#length - kept;
    if (added > kept * RESORT_PART) this.#sortAll();
    else this.#merge(kept, this.#ids.slice(kept, this.#length).sort(this.#compare));
  }

  readonly #compare = (left: number, right: number): number => this.#key.compare(left, right) || left - right;

  /** From the back, so that rows at the end, where most arrive, move nothing. */
  #merge(kept: number, added: Uint32Array): void {
    let from = kept - 1;
    let to = this.#length - 1;
    for (let next = added.length - 1; next >= 0; to--) {
      const id = added[next]!;
      if (from >= 0 && this.#compare(this.#ids[from]!, id) > 0) {
        this.#ids[to] = this.#ids[from--]!;
      } else {
        this.#ids[to] = id;
        next--;
      }
    }
  }

  /** By id first, since the sort by key leaves equal ones as they are. */
  #sortAll(): void {
    const byId = this.#ids.slice(0, this.#length);
    if (!isAscending(byId)) byId.sort();
    const rank = this.#key.ranks();
    const keys = new Float64Array(byId.length);
    for (let place = 0; place < byId.length; place++) keys[place] = rank(byId[place]!);
    if (isAscending(keys)) return void this.#ids.set(byId);
    const order = argsort(keys);
    for (let place = 0; place < order.length; place++) this.#ids[place] = byId[order[place]!]!;
  }
}

/** The array itself, or a larger one with the same content when it is too short. */
function reserve<Values extends Uint8Array | Uint32Array>(values: Values, length: number): Values {
  if (length <= values.length) return values;
  const larger = new (values.constructor as new (length: number) => Values)(Math.max(length, values.length * 2));
  larger.set(values);
  return larger;
}

function isAscending(values: Uint32Array | Float64Array): boolean {
  for (let place = 1; place < values.length; place++) {
    if (values[place - 1]! > values[place]!) return false;
  }
  return true;
}
