import type { Check } from '../../../../app/api/cluster-types.ts';

type Parts = Partial<Omit<Check, 'id' | 'result'>>;

/** Checks with what was left out filled in. */
export const check = {
  passed: (id: string, title: string, parts: Parts = {}) => make(id, title, 'passed', parts),
  warning: (id: string, title: string, parts: Parts = {}) => make(id, title, 'warning', parts),
  failed: (id: string, title: string, parts: Parts = {}) => make(id, title, 'failed', parts),
};

function make(id: string, title: string, result: Check['result'], parts: Parts): Check {
  return { id, title, result, detail: '', remedy: '', items: [], ...parts };
}

/** `1 pod`, `12 pods`. */
export function count(number: number, what: string, several = `${what}s`): string {
  return `${number} ${number === 1 ? what : several}`;
}

/** The first few, and how many more there are. */
export function few(names: readonly string[], most = 5): string {
  const more = names.length - most;
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
