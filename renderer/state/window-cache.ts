import type { FlowRow } from '../../app/api/types.ts';

export const pageSize = 64;
const mostPages = 64;

interface Page {
  readonly rows: readonly FlowRow[];
  readonly version: number;
}

/**
 * Rows that were pulled for one filter and order, by pages of 64. Holds the 64 pages used last, whatever the length of the list.
 * Rows that did not change keep their identity, so that they are not drawn again.
 */
export class WindowCache {
  readonly #pages = new Map<number, Page>();

  rowAt(index: number): FlowRow | undefined {
    return this.#pages.get(Math.floor(index / pageSize))?.rows[index % pageSize];
  }

  /** Position of a flow among the rows at hand; -1 when it is not there. */
  indexOf(id: number): number {
    for (const [number, page] of this.#pages) {
      const index = page.rows.findIndex((row) => row.id === id);
      if (index >= 0) return number * pageSize + index;
    }
    return -1;
  }

  /** Are all rows of the range at hand, as of `version`? */
  covers(first: number, last: number, version: number): boolean {
    for (let number = Math.floor(first / pageSize); number * pageSize <= last; number++) {
      const page = this.#pages.get(number);
      if (!page || page.version < version) return false;
      if (last >= number * pageSize + page.rows.length && page.rows.length < pageSize) return false;
    }
    return true;
  }

  /** Takes rows that begin at `offset`, a multiple of the page size. */
  put(offset: number, rows: readonly FlowRow[], version: number): void {
    for (let start = 0; start < rows.length; start += pageSize) {
      const number = (offset + start) / pageSize;
      const before = this.#pages.get(number)?.rows;
      const page = rows.slice(start, start + pageSize).map((row, index) => keepIfSame(before?.[index], row));
      // Deleted first: a Map iterates in order of insertion, which makes its first key the page unused longest.
      this.#pages.delete(number);
      this.#pages.set(number, { rows: page, version });
    }
    for (const number of this.#pages.keys()) {
      if (this.#pages.size <= mostPages) break;
      this.#pages.delete(number);
    }
  }

  clear(): void {
    this.#pages.clear();
  }
}

/** The pages that hold a range, as offset and limit of a request. */
export function pagesAround(first: number, last: number): { readonly offset: number; readonly limit: number } {
  const offset = Math.floor(Math.max(0, first) / pageSize) * pageSize;
  const end = (Math.floor(Math.max(0, last) / pageSize) + 1) * pageSize;
  return { offset, limit: end - offset };
}

function keepIfSame(before: FlowRow | undefined, row: FlowRow): FlowRow {
  return before && before.id === row.id && isSame(before, row) ? before : row;
}

function isSame(a: object, b: object): boolean {
  const right = b as Record<string, unknown>;
  for (const [key, value] of Object.entries(a)) {
    const other = right[key];
    if (value === other) continue;
    if (typeof value !== 'object' || typeof other !== 'object' || value === null || other === null) return false;
    if (!isSame(value, other)) return false;
  }
  return true;
}
