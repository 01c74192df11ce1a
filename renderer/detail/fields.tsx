import type { ReactNode } from 'react';
import { plainLine, plainLines } from '../../app/flows/plain-text.ts';

export interface FieldEntry {
  readonly name: string;
  readonly value: ReactNode;
  /** What can be done with it. */
  readonly actions?: ReactNode;
}

/** Names and values in two columns. Empty values are left out. */
export function Fields({ entries }: { readonly entries: readonly FieldEntry[] }) {
  const known = entries.filter(({ value }) => value !== '' && value !== null);
  if (known.length === 0) return null;
  return (
    <dl className="fields data">
      {known.map(({ name, value, actions }, index) => (
        // Header names repeat; the order is the identity.
        // biome-ignore lint/suspicious/noArrayIndexKey: the list is never reordered
        <div key={index} className="field">
          <dt>{plainLine(name)}</dt>
          <dd>{typeof value === 'string' ? plainLines(value) : value}</dd>
          {actions ? <dd className="field-actions">{actions}</dd> : null}
        </div>
      ))}
    </dl>
  );
}
