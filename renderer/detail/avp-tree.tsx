import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { AvpDetail } from '../../app/api/types.ts';
import { plainLines } from '../../app/flows/plain-text.ts';
import { termText } from '../filter/combine.ts';
import { ValueActions } from './value-actions.tsx';

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
          {plainLines(avp.value)}
          {avp.problem ? <span className="is-warning"> {avp.problem}</span> : null}
        </span>
        {avp.value ? (
          <ValueActions
            name={avp.name}
            value={avp.value}
            term={termText({ field: `diameter.${avp.name}`, value: filterValue(avp) })}
          />
        ) : null}
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

/** What the filter language compares: the number of an enumerated value, the text of the others. */
function filterValue(avp: AvpDetail): string | number {
  const number = /\((-?\d+)\)$/.exec(avp.value)?.[1] ?? (/^-?\d+$/.test(avp.value) ? avp.value : undefined);
  const numeric = /Integer|Unsigned|Enumerated/.test(avp.type);
  return numeric && number !== undefined && Number.isSafeInteger(Number(number)) ? Number(number) : avp.value;
}
