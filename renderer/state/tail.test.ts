import { expect, test } from 'vitest';
import { counted, freshTail, newFlows, scrolled, stopped, tailEdge, togglePause } from './tail.ts';

test('new flows come in where the order puts them', () => {
  expect(tailEdge({ column: 'id', descending: false })).toBe('bottom');
  expect(tailEdge({ column: 'time', descending: true })).toBe('top');
  expect(tailEdge({ column: 'duration', descending: false })).toBe('none');
});

test('at the edge nothing counts as new', () => {
  const tail = counted(counted(freshTail('following'), 10), 25);
  expect(newFlows(tail)).toBe(0);
});

test('away from the edge what comes is counted, until the edge is reached again', () => {
  const away = scrolled(counted(freshTail('following'), 10), 'bottom', false, false);
  expect(away.mode).toBe('reading');
  const later = counted(away, 224);
  expect(newFlows(later)).toBe(214);
  const back = scrolled(later, 'bottom', false, true);
  expect(back.mode).toBe('following');
  expect(newFlows(back)).toBe(0);
});

test('what a list has when it is first read is not new', () => {
  expect(newFlows(counted(freshTail('reading'), 5_000))).toBe(0);
});

test('the bottom is no edge where new flows come in at the top', () => {
  expect(scrolled(counted(freshTail('following'), 10), 'top', false, true).mode).toBe('reading');
});

test('a pause survives scrolling and counts from where it began', () => {
  const paused = togglePause(counted(freshTail('following'), 10));
  expect(scrolled(paused, 'bottom', false, true).mode).toBe('paused');
  expect(newFlows(counted(paused, 12))).toBe(2);
  expect(togglePause(paused).mode).toBe('reading');
});

test('choosing a flow stops the tail and keeps a pause', () => {
  expect(stopped(counted(freshTail('following'), 10)).mode).toBe('reading');
  expect(stopped(freshTail('paused')).mode).toBe('paused');
});

test('fewer flows than before (another filter) never count below zero', () => {
  const away = scrolled(counted(freshTail('following'), 10), 'bottom', false, false);
  expect(newFlows(counted(away, 4))).toBe(0);
});
