/** Rows that a page of the list has. */
const page = 12;

/** The place that a key leads to in a list of `count`; null when the key does not move. */
export function moved(key: string, place: number, count: number): number | null {
  const last = count - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, place + 1);
    case 'ArrowUp':
      return Math.max(0, place - 1);
    case 'PageDown':
      return Math.min(last, place + page);
    case 'PageUp':
      return Math.max(0, place - page);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}

/** What lies between two places, both of them included, whichever comes first. */
export function ranged<T>(items: readonly T[], from: number, to: number): readonly T[] {
  return items.slice(Math.min(from, to), Math.max(from, to) + 1);
}
