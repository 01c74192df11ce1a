import { expect, it } from 'vitest';
import { matchingEntries } from './palette-entries.ts';

const titles = ['Filter the flows', 'Filter: Errors', 'Capture in prod-eu…', 'Open a capture…', 'Open in Wireshark'];
const entries = titles.map((title) => ({ title, keys: [], run() {} }));
const found = (text: string) => matchingEntries(entries, text).map(({ title }) => title);

it('lists all before anything is typed, in their order', () => {
  expect(found('')).toEqual(titles);
});

it('finds words in any place and letter case, and puts first what begins so', () => {
  expect(found('CAPTURE')).toEqual(['Capture in prod-eu…', 'Open a capture…']);
  expect(found('wire op')).toEqual(['Open in Wireshark']);
  expect(found('nothing of this')).toEqual([]);
});
