import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortCodes } from './sort-codes.ts';
import { createStringTable, MAXIMUM_STRING_BYTES } from './string-table.ts';

describe('the string table', () => {
  it('keeps each string once, under one code', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 300 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 200 }), (texts) => {
        const table = createStringTable();
        const codes = texts.map((each) => table.intern(each));
        expect(codes.map(table.value)).toEqual(texts);
        expect(texts.map((each) => table.intern(each))).toEqual(codes);
        expect(table.size()).toBe(new Set(['', ...texts]).size);
      }),
    );
  });

  it('goes on over many pieces', () => {
    const table = createStringTable();
    const texts = Array.from({ length: 60 }, (_, index) => String(index).repeat(30_000));
    const codes = texts.map((each) => table.intern(each));
    expect(codes.map(table.value)).toEqual(texts);
    expect(table.bytes()).toBeGreaterThan(60 * 30_000);
  });

  it('cuts what is too long at a whole character', () => {
    const table = createStringTable();
    const kept = table.value(table.intern('ä'.repeat(MAXIMUM_STRING_BYTES)));
    expect(kept).toBe('ä'.repeat(MAXIMUM_STRING_BYTES / 2));
    expect(table.value(table.intern(`a${'ä'.repeat(MAXIMUM_STRING_BYTES)}`))).toHaveLength(MAXIMUM_STRING_BYTES / 2);
  });

  it('sorts many strings by their code points', () => {
    const table = createStringTable();
    const texts = Array.from({ length: 50_000 }, (_, index) => `/api/v${index % 3}/${(index * 7919) % 50_000}`);
    texts.push('/api/v1', '/api/v1\0', '/api/v1\0\0', 'ä', '🧵', '\u{ffff}');
    for (const each of texts) table.intern(each);
    const bytes = (each: string) => Buffer.from(each);
    const expected = ['', ...texts].sort((left, right) => Buffer.compare(bytes(left), bytes(right)));
    expect(Array.from(sortCodes(table), table.value)).toEqual(expected);
  });
});
