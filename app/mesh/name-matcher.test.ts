import { describe, expect, it } from 'vitest';
import { createNameMatcher, excludeProblem } from './name-matcher.ts';

describe('names to exclude', () => {
  it('match the whole name, as a name or as a regular expression', () => {
    const matches = createNameMatcher(['dont-capture-me-.*', 'capture-me-not', 'a|b']);
    expect(['dont-capture-me-', 'dont-capture-me-too', 'capture-me-not', 'a', 'b'].every(matches)).toBe(true);
    expect(['please-dont-capture-me-', 'capture-me-not-1', 'Capture-me-not', 'ab', ''].some(matches)).toBe(false);
  });

  it('match nothing when there are none', () => {
    expect(createNameMatcher([])('shop')).toBe(false);
  });

  it('take no longer for an expression that back-tracks', () => {
    const matches = createNameMatcher(['(a+)+b']);
    expect(matches('a'.repeat(10_000))).toBe(false);
    expect(excludeProblem('((a{900}){900}){900}')).toContain('neither a name nor a regular expression');
  });

  it('may begin with flags and have named classes, as in the expressions of Envoy and Go', () => {
    const matches = createNameMatcher(['(?i)SHOP-.*', '(?s)cart[[:digit:]]+']);
    expect(['shop-1', 'Shop-', 'cart42'].every(matches)).toBe(true);
    expect(['cart', 'Cart42', 'my-shop-1'].some(matches)).toBe(false);
    expect(['(?i)shop', '(?s).*', '[[:lower:]]+'].map(excludeProblem)).toEqual(['', '', '']);
    expect(excludeProblem('shop(?i)')).toContain('flags inside are not supported');
  });

  it('are refused with a sentence when they cannot be read', () => {
    expect(excludeProblem('shop-.*')).toBe('');
    expect(excludeProblem('shop)(')).toContain('neither a name nor a regular expression');
    expect(excludeProblem('[')).toContain('[ is neither');
    expect(excludeProblem(' ')).toBe('An empty text names nothing.');
  });
});
