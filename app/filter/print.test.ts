import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterNode } from '../../tests/support/flow-arbitraries.ts';
import { parseFilter } from './parser.ts';
import { joinFilters, printFilter } from './print.ts';
import type { FilterNode } from './syntax.ts';

/** A tree without its places, as text. */
function shape(node: FilterNode | null): string {
  return JSON.stringify(node, (key, value: unknown) => (key === 'range' ? undefined : value));
}

describe('printing filters', () => {
  it('gives a text that parses to the same tree', () => {
    fc.assert(
      fc.property(filterNode, (node) => {
        const text = printFilter(node);
        const parsed = parseFilter(text);
        expect(parsed.errors, text).toEqual([]);
        expect(shape(parsed.node), text).toBe(shape(node));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['a or b and c', 'a || b && c'],
    ['(a or b) and c', '(a || b) && c'],
    ['a and (b and c)', 'a && (b && c)'],
    ['not http.host eq "x"', '!(http.host == "x")'],
    ['not http', '!http'],
    ['tcp.port not in {80 443..445}', '!(tcp.port in {80, 443..445})'],
    ['lower(http.host) ~ r"a\\.b"', 'lower(http.host) matches r"a\\.b"'],
    ['http.header["X-Tenant"] == acme', 'http.header["X-Tenant"] == acme'],
    ['"two words"', '"two words"'],
    ['"http"', '"http"'],
  ])('prints %s as %s', (text, printed) => {
    expect(printFilter(parseFilter(text).node!)).toBe(printed);
  });

  it.each([
    ['', 'http', 'http'],
    ['http', '', 'http'],
    ['grpc', 'flow.error', 'grpc && flow.error'],
    ['http || grpc', 'flow.error', '(http || grpc) && flow.error'],
    ['http or grpc', 'a xor b', '(http or grpc) && (a xor b)'],
  ])('joins %j and %j', (left, right, joined) => {
    expect(joinFilters(left, right)).toBe(joined);
  });
});
