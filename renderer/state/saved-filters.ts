/** A filter that the user gave a name. */
export interface SavedFilter {
  readonly name: string;
  readonly filter: string;
}

/** Filters that are counted are asked for at once: there is a bound to them. */
export const mostSavedFilters = 24;

/** What everybody looks for first. */
export const firstFilters: readonly SavedFilter[] = [
  { name: 'Errors', filter: 'flow.error' },
  { name: 'Slower than 1 s', filter: 'flow.duration > 1000' },
  { name: 'No answer', filter: 'flow.state == "unanswered" || flow.state == "reset"' },
];

/** Adds a filter at the end; one of the same text or name is replaced where it stands. */
export function withFilter(filters: readonly SavedFilter[], added: SavedFilter): readonly SavedFilter[] {
  const place = filters.findIndex(({ name, filter }) => name === added.name || filter === added.filter);
  if (place >= 0) return filters.with(place, added);
  return [...filters, added].slice(-mostSavedFilters);
}
