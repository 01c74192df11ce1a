import { ChevronRight, Copy, Filter } from 'lucide-react';
import { useState } from 'react';
import type { AvpDetail } from '../../app/api/types.ts';
import { combineFilter, termText } from '../filter/combine.ts';
import { useInspector } from '../state/inspector.ts';

/** AVPs as a tree: grouped ones open and close; a value can be copied and filtered by. */
export function AvpTree({ label, avps }: { readonly label: string; readonly avps: readonly AvpDetail[] }) {
  return (
    <ul className="avp-tree data" aria-label={label}>
      {avps.map((avp) => (
        <AvpItem key={`${avp.code}-${avp.range[0]}`} avp={avp} />
      ))}
    </ul>
  );
}

function AvpItem({ avp }: { readonly avp: AvpDetail }) {
  const [open, setOpen] = useState(true);
  const grouped = avp.children.length > 0;
  return (
    <li>
      <div className="avp">
        {grouped ? (
          <button
            type="button"
            className="icon-button"
            aria-expanded={open}
            aria-label={`${open ? 'Close' : 'Open'} ${avp.name}`}
            onClick={() => setOpen(!open)}
          >
            <ChevronRight size={12} className={open ? 'is-turned' : ''} />
          </button>
        ) : (
          <span />
        )}
        <span className="avp-name">
          {avp.name}
          <span className="faint">
            {' '}
            {avp.code}
            {avp.vendor ? ` · ${avp.vendor}` : ''}
          </span>
        </span>
        <span className="avp-value">
          {avp.value}
          {avp.problem ? <span className="is-warning"> {avp.problem}</span> : null}
        </span>
        {avp.value ? <AvpActions avp={avp} /> : null}
      </div>
      {grouped && open ? (
        <ul>
          {avp.children.map((child) => (
            <AvpItem key={`${child.code}-${child.range[0]}`} avp={child} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}

function AvpActions({ avp }: { readonly avp: AvpDetail }) {
  const { commands, list } = useInspector();
  const value = filterValue(avp);
  const term = termText({ field: `diameter.${avp.name}`, value });
  return (
    <span className="avp-actions">
      <button
        type="button"
        className="icon-button"
        aria-label={`Filter by ${avp.name}`}
        title={`Filter: ${term}`}
        onClick={() => commands.applyFilter(combineFilter(list.store.getState().filter, term, 'and'))}
      >
        <Filter size={12} />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={`Copy ${avp.name}`}
        title="Copy"
        onClick={() => commands.copy(avp.value, avp.name)}
      >
        <Copy size={12} />
      </button>
    </span>
  );
}

/** What the filter language compares: the number of an enumerated value, the text of the others. */
function filterValue(avp: AvpDetail): string | number {
  const number = /\((-?\d+)\)$/.exec(avp.value)?.[1] ?? (/^-?\d+$/.test(avp.value) ? avp.value : undefined);
  const numeric = /Integer|Unsigned|Enumerated/.test(avp.type);
  return numeric && number !== undefined && Number.isSafeInteger(Number(number)) ? Number(number) : avp.value;
}
