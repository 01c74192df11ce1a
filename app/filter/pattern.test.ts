import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from './pattern.ts';
import { PatternError } from './pattern-syntax.ts';

/** Regular expressions as both engines read them, over few characters so that they match now and then. */
const pattern: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'a',
      'b',
      '.',
      '[ab]',
      '[^a]',
      '\\w',
      '\\W',
      '\\d',
      '\\s',
      '^',
      '$',
      '\\b',
      '\\B',
      '\\.',
      '-',
      'Ä',
      '\\x62',
    ),
    fc.array(tie('node'), { maxLength: 4 }).map((nodes) => nodes.join('')),
    fc
      .tuple(tie('node'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{2,}', '*?'))
      .map(([node, count]) => `(?:${node})${count}`),
    fc.tuple(tie('node'), tie('node')).map(([left, right]) => `(${left}|${right})`),
  ),
})).node;
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '.', '-', '1', ' ', 'ä', '_'), maxLength: 12 });

describe('regular expressions', () => {
  it('match what JavaScript matches', () => {
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 5 }), (source, texts) => {
        const ours = compilePattern(source);
        const judge = new RegExp(source, 'i');
        for (const each of texts) expect(ours(each), `${source} on ${JSON.stringify(each)}`).toBe(judge.test(each));
      }),
      { numRuns: 3000 },
    );
  });

  it('know the named classes of POSIX', () => {
    const whole = (source: string) => compilePattern(`(?-i)^${source}$`);
    expect(whole('[[:alpha:]]+')('Shop')).toBe(true);
    expect(whole('[[:alpha:]]+')('shop1')).toBe(false);
    expect(whole('[[:lower:][:digit:]_-]+')('shop_1-b')).toBe(true);
    expect(whole('[[:lower:][:digit:]_-]+')('Shop')).toBe(false);
    expect(whole('[[:^digit:]]+')('shop')).toBe(true);
    expect(whole('[^[:^digit:]]+')('42')).toBe(true);
    for (const wrong of ['[[:shop:]]', '[[:alpha]]', '[[:toString:]]'])
      expect(() => compilePattern(wrong)).toThrow('not a named class');
  });

  it('do not mind letter case unless told to', () => {
    expect(compilePattern('shop')('SHOP.example')).toBe(true);
    expect(compilePattern('(?-i)shop')('SHOP.example')).toBe(false);
    expect(compilePattern('(?i)shop')('SHOP.example')).toBe(true);
  });

  it('end in time where backtracking would not', () => {
    const evil = compilePattern('^(a+)+(a|aa)*(.*)*b$');
    expect(evil(`${'a'.repeat(20_000)}c`)).toBe(false);
    expect(evil(`${'a'.repeat(20_000)}b`)).toBe(true);
  });

  it.each([
    ['(a)\\1', [3, 5]],
    ['a(?=b)', [1, 4]],
    ['(?<!a)b', [0, 3]],
    ['a++', [1, 3]],
    ['[a', [0, 1]],
    ['[b-a]', [1, 4]],
    ['a{5,2}', [1, 6]],
    ['a{9999}', [1, 7]],
    ['(a{1000}){1000}', [0, 15]],
    ['\\p', [0, 2]],
    ['a\\', [1, 2]],
    ['[[:shop:]]', [1, 9]],
    ['(?-i)(a', [5, 6]],
  ])('%s is refused at %j', (source, range) => {
    const error = caught(() => compilePattern(source));
    expect(error).toBeInstanceOf(PatternError);
    expect((error as PatternError).range).toEqual(range);
  });
});

function caught(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
