import { printEquality } from '../../app/filter/complete.ts';
import type { CellTerm } from '../flows/columns.ts';

export type Combination = 'selected' | 'not' | 'and' | 'or' | 'and-not' | 'or-not';

export function termText({ field, value }: CellTerm): string {
  return printEquality(field, String(value));
}

/** What Wireshark's "Apply as Filter" does: a term in place of, or joined to, the filter that is there. */
export function combineFilter(current: string, term: string, how: Combination): string {
  const part = how.endsWith('not') ? `!(${term})` : term;
  if (how === 'selected' || how === 'not' || current.trim() === '') return part;
  const joint = how.startsWith('and') ? '&&' : '||';
  return `${parenthesised(current.trim(), joint)} ${joint} ${part}`;
}

/** A filter that the joint would tear apart gets parentheses; one that is joined by the same joint throughout needs none. */
function parenthesised(filter: string, joint: '&&' | '||'): string {
  const outside = withoutStringsAndGroups(filter);
  const other = joint === '&&' ? /\|\||\^\^|\bor\b|\bxor\b/ : /&&|\^\^|\band\b|\bxor\b/;
  return other.test(outside) ? `(${filter})` : filter;
}

/** What stands outside of strings, parentheses, braces and brackets. */
function withoutStringsAndGroups(filter: string): string {
  let outside = '';
  let depth = 0;
  for (const [token] of filter.matchAll(/"(?:[^"\\]|\\.)*"?|[()[\]{}]|[^"()[\]{}]+/gs)) {
    if (/^[([{]$/.test(token)) depth++;
    else if (/^[)\]}]$/.test(token)) depth--;
    else if (depth === 0 && !token.startsWith('"')) outside += token;
  }
  return outside;
}
