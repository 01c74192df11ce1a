import { argsort } from './argsort.ts';
import type { StringTable } from './string-table.ts';

/** Bytes that one pass looks at: as many as a number holds exactly. */
const WINDOW = 6;

/** Fewer codes than this are compared one with another: that is quicker than counting digits. */
const COMPARED = 4096;

/**
 * The codes of a table in the order of their strings. A million strings are sorted by windows of some bytes at a time, as
 * numbers; those that are equal so far by the next window.
 */
export function sortCodes(table: StringTable): Uint32Array {
  const codes = Uint32Array.from({ length: table.size() }, (_, code) => code);
  const waiting = [{ part: codes, from: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { part, from } = next;
    if (part.length < COMPARED) {
      part.sort(table.compare);
      continue;
    }
    const keys = sortByWindow(table, part, from);
    for (let start = 0, end = 0; start < part.length; start = end) {
      while (end < part.length && keys[end] === keys[start]) end++;
      if (end - start > 1) waiting.push({ part: part.subarray(start, end), from: from + WINDOW });
    }
  }
  return codes;
}

/** Sorts codes by the bytes of a window, and gives the sorted keys. */
function sortByWindow(table: StringTable, codes: Uint32Array, from: number): Float64Array {
  const unsorted = codes.slice();
  const keys = Float64Array.from(unsorted, (code) => table.window(code, from, WINDOW));
  const order = argsort(keys);
  for (let place = 0; place < order.length; place++) codes[place] = unsorted[order[place]!]!;
  return keys.map((_, place) => keys[order[place]!]!);
}
