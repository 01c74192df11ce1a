import { Check as CheckMark, TriangleAlert, X } from 'lucide-react';
import { useState } from 'react';
import type { Check } from '../../../app/api/cluster-types.ts';
import { RemedyText } from '../../ui/remedy-text.tsx';
import { ValuesSnippet } from '../values-snippet.tsx';

const marks = {
  passed: <CheckMark size={14} className="is-ok" aria-label="Passed" />,
  warning: <TriangleAlert size={14} className="is-warning" aria-label="Warning" />,
  failed: <X size={14} className="is-error" aria-label="Failed" />,
};

/** What was asked before switching on, how it was answered, and the way out where it was not as wanted. */
export function Checks({ checks, onLabel }: { readonly checks: readonly Check[]; onLabel(namespace: string): void }) {
  return (
    <ul className="checks">
      {checks.map((check) => (
        <CheckLine key={check.id + check.title} check={check} onLabel={onLabel} />
      ))}
    </ul>
  );
}

function CheckLine({ check, onLabel }: { readonly check: Check; onLabel(namespace: string): void }) {
  const { label, values } = check;
  const [open, setOpen] = useState(false);
  return (
    <li>
      {marks[check.result]}
      <div>
        <p>
          {check.title} <span className="muted">{check.detail}</span>
        </p>
        {check.remedy ? <RemedyText text={check.remedy} /> : null}
        {values ? <ValuesSnippet values={values} /> : null}
        {label ? (
          <button type="button" className="button check-label" onClick={() => onLabel(label)}>
            Set the label on {label}
          </button>
        ) : null}
        {open ? (
          <ul className="item-list data">
            {check.items.map((item) => (
              <li key={item}>{item}</li>
            ))}
          </ul>
        ) : null}
      </div>
      {check.items.length > 0 ? (
        <button type="button" className="text-button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide' : check.result === 'passed' ? 'Details' : 'Show'}
          <span className="visually-hidden"> of {check.title}</span>
        </button>
      ) : null}
    </li>
  );
}
