import { expect, it } from 'vitest';
import { checkFilter } from '../../app/filter/check.ts';
import { firstFilters, mostSavedFilters, type SavedFilter, withFilter } from './saved-filters.ts';

it('offers filters that are valid', () => {
  for (const { filter } of firstFilters) expect(checkFilter(filter, 0).errors, filter).toEqual([]);
});

it('replaces what has the same name or text, and else adds', () => {
  const one = { name: 'one', filter: 'grpc' };
  const two = { name: 'two', filter: 'http' };
  expect(withFilter([one], two)).toEqual([one, two]);
  expect(withFilter([one, two], { name: 'one', filter: 'diameter' })).toEqual([
    { name: 'one', filter: 'diameter' },
    two,
  ]);
  expect(withFilter([one, two], { name: 'better', filter: 'grpc' })).toEqual([{ name: 'better', filter: 'grpc' }, two]);
});

it('is bounded', () => {
  let filters: readonly SavedFilter[] = [];
  for (let index = 0; index < 50; index++)
    filters = withFilter(filters, { name: `${index}`, filter: `tcp.port == ${index}` });
  expect(filters).toHaveLength(mostSavedFilters);
  expect(filters.at(-1)?.name).toBe('49');
});
