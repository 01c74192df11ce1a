import { Copy, Filter } from 'lucide-react';
import { combineFilter } from '../filter/combine.ts';
import { useInspector } from '../state/inspector.ts';

interface Props {
  readonly name: string;
  readonly value: string;
  /** What finds flows with the same value; null where nothing does. */
  readonly term: string | null;
}

/** What can be done with a value: found in other flows, and copied. Seen while its line is pointed at or has the keyboard. */
export function ValueActions({ name, value, term }: Props) {
  const { commands, list } = useInspector();
  return (
    <span className="value-actions">
      {term === null ? null : (
        <button
          type="button"
          className="icon-button"
          aria-label={`Filter by ${name}`}
          title={`Filter: ${term}`}
          onClick={() => commands.applyFilter(combineFilter(list.store.getState().filter, term, 'and'))}
        >
          <Filter size={12} />
        </button>
      )}
      <button
        type="button"
        className="icon-button"
        aria-label={`Copy ${name}`}
        title="Copy"
        onClick={() => commands.copy(value, name)}
      >
        <Copy size={12} />
      </button>
    </span>
  );
}
