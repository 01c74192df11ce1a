import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamFormatError, takeDocuments } from './document-splitter.ts';

const documentOf = (length: number) => {
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setUint32(0, length, true);
  return bytes;
};

describe('takeDocuments', () => {
  it('takes the whole documents, however much of a file is there, and goes on with the rest', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 5, max: 40 })), fc.nat(), (lengths, cut) => {
        const whole = Buffer.concat(lengths.map(documentOf));
        const there = whole.subarray(0, whole.length === 0 ? 0 : cut % (whole.length + 1));
        const taken: number[] = [];
        const take = (bytes: Uint8Array) => takeDocuments(bytes, ({ length }) => taken.push(length));
        const used = take(there);
        expect(used + take(whole.subarray(used))).toBe(whole.length);
        expect(taken).toEqual(lengths);
      }),
    );
  });

  it('finds none in what is no BSON', () => {
    expect(() => takeDocuments(Uint8Array.of(0, 0, 0, 0, 0), () => {})).toThrow(StreamFormatError);
  });
});
