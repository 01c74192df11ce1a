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
    ['', '&&', 'http', 'http'],
    ['http', '||', '', 'http'],
    ['grpc', '&&', 'flow.error', 'grpc && flow.error'],
    ['http || grpc', '&&', 'flow.error', '(http || grpc) && flow.error'],
    ['(http || grpc)', '&&', 'flow.error', '(http || grpc) && flow.error'],
    ['(a || b) || c', '&&', 'd', '((a || b) || c) && d'],
    ['(a || b) || (c)', '&&', 'd', '((a || b) || (c)) && d'],
    ['"a or b"', '&&', 'c', '"a or b" && c'],
    ['a and b', '||', 'c xor d', '(a and b) || (c xor d)'],
    ['http ==', '&&', 'a', '(http ==) && a'],
  ] as const)('joins %j %s %j', (left, joint, right, joined) => {
    expect(joinFilters(left, joint, right)).toBe(joined);
  });

  it('joins so that both parts keep their meaning', () => {
    fc.assert(
      fc.property(filterNode, fc.constantFrom('&&', '||'), filterNode, (left, joint, right) => {
        const text = joinFilters(printFilter(left), joint, printFilter(right));
        const node = parseFilter(text).node!;
        const together = parseFilter(`(${printFilter(left)}) ${joint} (${printFilter(right)})`).node!;
        expect(flatten(node)).toEqual(flatten(together));
      }),
    );
  });
});

/** What is joined by the same operator, in order: `a && (b && c)` and `a && b && c` mean the same. */
function flatten(node: FilterNode): string[] {
  const parts = (each: FilterNode): FilterNode[] =>
    each.kind === node.kind && 'left' in each ? [...parts(each.left), ...parts(each.right)] : [each];
  return [node.kind, ...parts(node).map((each) => ('left' in each ? JSON.stringify(flatten(each)) : shape(each)))];
}
