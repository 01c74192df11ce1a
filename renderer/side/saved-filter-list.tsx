import { X } from 'lucide-react';
import { useCounts } from '../filter/use-counts.ts';
import { useInspector, useList, usePreference } from '../state/inspector.ts';
import { formatCount } from '../ui/format.ts';

/** Filters that have a name, with how many flows match each. */
export function SavedFilterList() {
  const { commands } = useInspector();
  const saved = usePreference('savedFilters');
  const applied = useList((state) => state.filter);
  const counts = useCounts(saved.map(({ filter }) => filter));
  if (saved.length === 0) return null;
  return (
    <section aria-labelledby="saved-filters-title">
      <h2 className="panel-title" id="saved-filters-title">
        Saved filters
      </h2>
      <ul>
        {saved.map(({ name, filter }, index) => (
          <li key={name} className="side-item">
            <button
              type="button"
              className={filter === applied ? 'side-choice is-applied' : 'side-choice'}
              aria-pressed={filter === applied}
              title={filter}
              onClick={() => commands.applyFilter(filter === applied ? '' : filter)}
            >
              <span className="ellipsis">{name}</span>
              <span className="side-figure data">{countText(counts[index] ?? null)}</span>
            </button>
            <button
              type="button"
              className="side-remove"
              aria-label={`Remove the filter ${name}`}
              title="Remove this filter"
              onClick={() => commands.removeFilter(name)}
            >
              <X size={12} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function countText(count: number | null): string {
  return count === null ? '' : formatCount(count);
}
