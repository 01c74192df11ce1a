import { useEffect, useMemo, useRef, useState } from 'react';
import { checkFilter } from '../../app/filter/check.ts';
import { useInspector, useList } from '../state/inspector.ts';
import { focusFilter, focusList } from '../ui/focus.ts';
import { formatCount } from '../ui/format.ts';
import { FilterEditor } from './filter-editor.ts';
import { SaveFilter } from './save-filter.tsx';
import './filter-bar.css';

/** How long after the last key a valid filter applies by itself. */
const settleTime = 300;

/** The filter box. Its border says what the filter is: valid and applied, wrong, or not applied yet. */
export function FilterBar() {
  const { client, commands, list, preferences } = useInspector();
  const applied = useList((state) => state.filter);
  const written = useList((state) => state.written);
  const matching = useList((state) => state.tail.matching);
  const total = useList((state) => state.changed.total);
  const engineError = useList((state) => state.error);
  const [text, setText] = useState(applied);
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<FilterEditor | null>(null);

  useEffect(() => {
    const element = host.current!;
    const made = new FilterEditor(element, list.store.getState().filter, {
      change: setText,
      apply: (filter) => {
        const isValid = checkFilter(filter, Date.now()).errors.length === 0;
        if (isValid) commands.applyFilter(filter.trim());
        return isValid;
      },
      leave: focusList,
      keep: (filter) => {
        if (checkFilter(filter, Date.now()).errors.length === 0) commands.rememberFilter(filter.trim());
      },
      history: () => preferences.getState().filterHistory,
      values: async (field, part) => (await client.request('filter.values', { field, text: part, limit: 30 })).values,
    });
    editor.current = made;
    const focus = () => made.focus();
    element.addEventListener('focus-editor', focus);
    return () => {
      element.removeEventListener('focus-editor', focus);
      made.destroy();
    };
  }, [client, commands, list, preferences]);

  // A filter that came from elsewhere (a cell's menu, a screen's button) is written into the box, also over what is not applied.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `written` tells that it came
  useEffect(() => editor.current?.setText(applied), [applied, written]);

  const errors = useMemo(() => checkFilter(text, Date.now()).errors, [text]);
  const pending = text.trim() !== applied;

  useEffect(() => {
    if (errors.length > 0 || !pending) return;
    const timer = setTimeout(() => list.setFilter(text.trim()), settleTime);
    return () => clearTimeout(timer);
  }, [errors, pending, list, text]);

  const message = errors[0]?.message ?? (pending ? '' : (engineError?.message ?? ''));
  const validity = message !== '' ? 'is-invalid' : text.trim() === '' ? '' : pending ? 'is-pending' : 'is-valid';
  return (
    <search className="filter-bar">
      <div className={`filter-box ${validity}`}>
        <div ref={host} id="filter-box" className="filter-editor" />
        {applied !== '' && !pending ? <SaveFilter filter={applied} /> : null}
        {text !== '' ? (
          <button
            type="button"
            className="filter-clear"
            aria-label="Clear the filter"
            title="Clear the filter"
            onClick={() => {
              commands.applyFilter('');
              focusFilter();
            }}
          >
            ×
          </button>
        ) : null}
        {message !== '' ? (
          <p className="filter-message is-error ellipsis" role="alert" title={message}>
            {message}
          </p>
        ) : null}
        <output className="filter-count data" aria-live="off">
          {applied === '' ? formatCount(total) : `${formatCount(matching)} of ${formatCount(total)}`}
        </output>
      </div>
    </search>
  );
}
