import { expect, test } from 'vitest';
import { beginHistory, redone, undone, written } from './text-history.ts';

test('typing on is one step, another field or a pause begins the next', () => {
  let history = beginHistory('');
  for (const [text, by, at] of [
    ['a', 'editor', 1_000],
    ['ab', 'editor', 1_500],
    ['ab1', 'port', 1_600],
    ['ab12', 'port', 3_000],
  ] as const) {
    history = written(history, text, by, at);
  }
  expect(history.past).toEqual(['', 'ab', 'ab1']);
  expect(written(history, 'ab12', 'editor', 9_000)).toBe(history);
});

test('what was undone comes back, until something else is written', () => {
  const two = written(written(beginHistory('x'), 'y', 'editor', 0), 'z', 'port', 0);
  const back = undone(undone(two));
  expect([back.text, undone(back).text]).toEqual(['x', 'x']);
  expect([redone(back).text, redone(redone(back)).text, redone(redone(redone(back))).text]).toEqual(['y', 'z', 'z']);
  expect(redone(written(back, 'new', 'editor', 9_000)).text).toBe('new');
  // What follows an undoing is a step of its own.
  expect(written(undone(two), 'yy', 'editor', 1).past).toEqual(['x', 'y']);
});
