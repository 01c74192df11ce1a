import { expect, test } from 'vitest';
import { checkFilter } from '../../app/filter/check.ts';
import { madeUpFlow } from '../../tests/support/made-up/flows.ts';
import { columnsWith } from '../flows/columns.ts';
import { combineFilter, termText, withoutTimes, withTimes } from './combine.ts';

test('a term replaces, joins or excludes', () => {
  const term = 'flow.status == "503"';
  expect(combineFilter('', term, 'and')).toBe(term);
  expect(combineFilter('grpc', term, 'selected')).toBe(term);
  expect(combineFilter('grpc', term, 'not')).toBe(`!(${term})`);
  expect(combineFilter('grpc', term, 'and-not')).toBe(`grpc && !(${term})`);
  expect(combineFilter('grpc && http2', term, 'and')).toBe(`grpc && http2 && ${term}`);
  expect(combineFilter('grpc || http', term, 'and')).toBe(`(grpc || http) && ${term}`);
  expect(combineFilter('grpc and http', term, 'or')).toBe(`(grpc and http) || ${term}`);
});

test('operators inside of strings and groups do not call for parentheses', () => {
  expect(combineFilter('flow.target == "a || b"', 'grpc', 'and')).toBe('flow.target == "a || b" && grpc');
  expect(combineFilter('(grpc || http)', 'http2', 'and')).toBe('(grpc || http) && http2');
});

test('every value of every cell makes a valid filter, in every combination', () => {
  for (let id = 0; id < 40; id++) {
    const row = { ...madeUpFlow(id), target: `/a "quoted" \\ ${id}` };
    for (const term of columnsWith('clock').flatMap((column) => column.terms(row))) {
      for (const how of ['selected', 'not', 'and', 'or', 'and-not', 'or-not'] as const) {
        const text = combineFilter('grpc || flow.error', termText(term), how);
        expect(checkFilter(text, 0).errors, text).toEqual([]);
      }
    }
  }
});

test('times take the place of the times before, and go again', () => {
  const [first, second] = [withTimes('', 0, 1_000), withTimes('', 2_000, 3_000)];
  expect(first).toBe('frame.time >= "1970-01-01T00:00:00.000Z" && frame.time <= "1970-01-01T00:00:01.000Z"');
  expect(withTimes(first, 2_000, 3_000)).toBe(second);
  const joined = withTimes('grpc || http', 0, 1_000);
  expect(joined).toBe(`(grpc || http) && ${first}`);
  expect(withTimes(joined, 2_000, 3_000)).toBe(`(grpc || http) && ${second}`);
  expect(withTimes(`${first} && grpc`, 2_000, 3_000)).toBe(`${second} && grpc`);
  expect([first, joined, `${first} && grpc`, 'grpc'].map(withoutTimes)).toEqual(['', '(grpc || http)', 'grpc', 'grpc']);
  // As a damaged capture tells them.
  const damaged = withTimes('grpc', 1.8e16, 1.9e16);
  expect(damaged).toBe('grpc && frame.time >= "18000000000000" && frame.time <= "19000000000000"');
  expect(withoutTimes(damaged)).toBe('grpc');
  for (const filter of [first, joined, damaged]) expect(checkFilter(filter, 0).errors).toEqual([]);
});
