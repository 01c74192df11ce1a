import { printEquality } from '../../app/filter/complete.ts';
import { joinFilters } from '../../app/filter/print.ts';
import { isoTime } from '../../app/model/iso-time.ts';
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

/** As `withTimes` writes it, alone or joined to others. */
const betweenTimes = /frame\.time >= "[^"]*" && frame\.time <= "[^"]*"/;

/** The filter with flows from one time to another alone, in place of such times that it has. Milliseconds since the epoch. */
export function withTimes(current: string, from: number, to: number): string {
  const term = `frame.time >= "${timeText(from)}" && frame.time <= "${timeText(to)}"`;
  return betweenTimes.test(current) ? current.replace(betweenTimes, term) : joinFilters(current, '&&', term);
}

/** The filter without the times that `withTimes` put into it; where they cannot be taken out, as it is. */
export function withoutTimes(current: string): string {
  const times = betweenTimes.source;
  if (new RegExp(`^${times}$`).test(current)) return '';
  return current.replace(new RegExp(`^${times} && | && ${times}$`), '');
}

/** What no calendar has is told in seconds, which the filter takes, too. */
function timeText(time: number): string {
  return isoTime(time) ?? String(time / 1_000);
}
