import { Bookmark } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { useInspector, usePreference } from '../state/inspector.ts';

/** Longest name that the side panel has room for. */
const longestName = 40;

/** Gives the filter that is applied a name, under which it stands in the side panel. */
export function SaveFilter({ filter }: { readonly filter: string }) {
  const { commands } = useInspector();
  const saved = usePreference('savedFilters').find((each) => each.filter === filter);
  const [open, setOpen] = useState(false);
  const title = saved ? `Saved as ${saved.name}: rename` : 'Save this filter';
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        className={saved ? 'icon-button save-filter is-saved' : 'icon-button save-filter'}
        aria-label={title}
        title={title}
      >
        <Bookmark size={14} fill={saved ? 'currentColor' : 'none'} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu" align="end" sideOffset={6} aria-label="Save this filter">
          <form
            className="save-filter-form"
            onSubmit={(event) => {
              event.preventDefault();
              const name = new FormData(event.currentTarget).get('name');
              if (typeof name !== 'string' || name.trim() === '') return;
              commands.saveFilter(name.trim(), filter);
              setOpen(false);
            }}
          >
            <input
              name="name"
              aria-label="Name of the filter"
              placeholder="Name of the filter"
              maxLength={longestName}
              defaultValue={saved?.name ?? filter.slice(0, longestName)}
              onFocus={(event) => event.target.select()}
            />
            <button type="submit" className="button is-primary">
              Save
            </button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
