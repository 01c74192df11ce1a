import { printEquality } from '../../app/filter/complete.ts';
import { joinFilters } from '../../app/filter/print.ts';
import type { CellTerm } from '../flows/columns.ts';

export type Combination = 'selected' | 'not' | 'and' | 'or' | 'and-not' | 'or-not';

export function termText({ field, value }: CellTerm): string {
  return printEquality(field, String(value));
}

/** What Wireshark's "Apply as Filter" does: a term in place of, or joined to, the filter that is there. */
export function combineFilter(current: string, term: string, how: Combination): string {
  const part = how.endsWith('not') ? `!(${term})` : term;
  if (how === 'selected' || how === 'not') return part;
  return joinFilters(current, how.startsWith('and') ? '&&' : '||', part);
}
