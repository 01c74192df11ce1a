import type { Check } from '../../api/cluster-types.ts';

/** A check with its evidence, and what to do where it did not pass. */
export function made(
  id: string,
  title: string,
  result: Check['result'],
  detail: string,
  remedy = '',
  items: readonly string[] = [],
  ways: Pick<Check, 'label' | 'values'> = {},
): Check {
  return { id, title, result, detail, remedy, items, ...ways };
}
