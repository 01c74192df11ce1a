import { describe, expect, it } from 'vitest';
import type { EmulatorReading } from '../../../app/api/emulator-types.ts';
import { isWorthTelling, readingText } from './reading-text.ts';

const reading: EmulatorReading = {
  id: 'staging',
  phase: 'reading',
  problem: '',
  files: 48,
  read: 12,
  failed: 0,
  bytes: 48_000,
  captures: 13,
  failures: [],
  problems: [],
};

describe('how a reading is told', () => {
  it('says how far it is, and what failed', () => {
    expect(readingText(reading)).toBe('Reading 12 of 48 files · 13 captures, 48.0 kB');
    expect(readingText({ ...reading, phase: 'following', read: 47, failed: 1 })).toBe(
      'Following, 47 files read, 1 failed · 13 captures, 48.0 kB',
    );
    expect(readingText({ ...reading, phase: 'ended', read: 1, captures: 1 })).toBe('1 file read · 1 capture, 48.0 kB');
  });

  it('stays in the top line while it goes on, and when something went wrong', () => {
    expect(isWorthTelling(reading)).toBe(true);
    const ended: EmulatorReading = { ...reading, phase: 'ended' };
    expect(isWorthTelling(ended)).toBe(false);
    expect(isWorthTelling({ ...ended, failed: 1 })).toBe(true);
    expect(isWorthTelling({ ...ended, problem: 'There is no route to it.' })).toBe(true);
  });
});
