import { expect, it } from 'vitest';
import { fileLine } from './emulator-files.ts';

it('prints a file of an emulator whatever time its pod gives it', () => {
  const file = { namespace: 'analysis-emulator', pod: 'emulator-0', name: 'a.bson', size: 6 };
  expect(fileLine({ ...file, changed: Date.UTC(2026, 10, 22) })).toBe(
    '2026-11-22T00:00:00.000Z           6  analysis-emulator/emulator-0  a.bson',
  );
  expect(fileLine({ ...file, changed: 1.8e16 })).toMatch(/^unknown time {2}/);
});
