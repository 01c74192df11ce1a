import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wholeDocumentsEnd } from './whole-documents.ts';

const documentOf = (length: number) => {
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setUint32(0, length, true);
  return bytes;
};

describe('wholeDocumentsEnd', () => {
  it('is where the last whole document ends, however much of the file is there', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 5, max: 40 })), fc.nat(), (lengths, cut) => {
        const whole = Buffer.concat(lengths.map(documentOf));
        const there = whole.subarray(0, whole.length === 0 ? 0 : cut % (whole.length + 1));
        const ends = lengths.map((_, index) => lengths.slice(0, index + 1).reduce((sum, length) => sum + length, 0));
        const wanted = Math.max(0, ...ends.filter((end) => end <= there.length));
        expect(wholeDocumentsEnd(there, 0)).toBe(wanted);
        // What comes later goes on from there.
        expect(wholeDocumentsEnd(whole, wanted)).toBe(whole.length);
      }),
    );
  });

  it('is not looked for in what is no BSON', () => {
    expect(() => wholeDocumentsEnd(Uint8Array.of(0, 0, 0, 0, 0), 0)).toThrow('there is no BSON document at byte 0');
  });
});
