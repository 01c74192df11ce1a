import { type CheckContext, comparisonTest, rangeTest } from './check-value.ts';
import type { Expression, ScalarTest } from './expression.ts';
import { describeType, type FilterField } from './field.ts';
import { fieldsLike, findField } from './fields.ts';
import { nearestNames } from './nearest.ts';
import { parseFilter } from './parser.ts';
import type { FieldReference, FilterError, FilterNode, Literal, Token, TokenClass } from './syntax.ts';

/** What a filter text means, or what is wrong with it. An empty text has neither tree nor errors and matches everything. */
export interface CheckedFilter {
  readonly node: FilterNode | null;
  /** Null for an empty text and for one with errors. */
  readonly expression: Expression | null;
  readonly errors: readonly FilterError[];
  readonly tokens: readonly Token[];
  readonly classes: readonly TokenClass[];
}

/** Reads and checks a filter. `now`, in milliseconds since the epoch, is what times like `-5m` count from. */
export function checkFilter(text: string, now: number): CheckedFilter {
  const { node, errors, tokens, classes } = parseFilter(text);
  if (node === null) return { node, expression: null, errors, tokens, classes };
  const found: FilterError[] = [];
  const expression = resolve(node, { now, errors: found });
  return { node, expression: found.length > 0 ? null : expression, errors: found, tokens, classes };
}

/** Goes on after an error, with a test that is never used, so that all errors are told at once. */
function resolve(node: FilterNode, context: CheckContext): Expression {
  switch (node.kind) {
    case 'and':
    case 'or':
    case 'xor':
      return { kind: node.kind, left: resolve(node.left, context), right: resolve(node.right, context) };
    case 'not':
      return { kind: 'not', operand: resolve(node.operand, context) };
    case 'search':
      return { kind: 'search', text: node.text.toLowerCase() };
    case 'present':
      return test(node.field, 'any', context, (field) =>
        field.type === 'boolean' && node.field.function === null ? (value) => value === 1 : () => true,
      );
    case 'compare': {
      const { operator, value } = node;
      const quantifier = operator === '!=' || operator === '===' ? 'all' : 'any';
      const make = (field: FilterField) => comparisonTest(field, operator, value, node.range, context);
      return test(node.field, quantifier, context, make, hasPort(value));
    }
    case 'in': {
      // Hosts are compared with their port only where the value has one: each member for itself, as `==` does.
      const ported = node.items.filter(({ from }) => hasPort(from));
      if (ported.length > 0 && ported.length < node.items.length && findField(node.field.name)?.withPort) {
        const plain = node.items.filter(({ from }) => !hasPort(from));
        const [left, right] = [plain, ported].map((items) => resolve({ ...node, items }, context));
        return { kind: 'or', left: left!, right: right! };
      }
      return test(
        node.field,
        'any',
        context,
        (field) => {
          const tests = node.items.map((item) =>
            item.to === null
              ? comparisonTest(field, '==', item.from, node.range, context)
              : rangeTest(field, item.from, item.to, context),
          );
          return (value) => tests.some((each) => each(value));
        },
        ported.length > 0,
      );
    }
  }
}

/** A host with a port behind it, as Wireshark has hosts; the index holds them without. */
function hasPort(value: Literal): boolean {
  return /:\d{1,5}\$?$/.test(value.text);
}

function test(
  reference: FieldReference,
  quantifier: 'any' | 'all',
  context: CheckContext,
  make: (field: FilterField) => ScalarTest,
  withPort = false,
): Expression {
  const named = findField(reference.name);
  const found = withPort && named?.withPort ? { ...named, sources: named.withPort, cost: 'detail' as const } : named;
  if (!found) {
    context.errors.push({ message: unknownField(reference.name), range: reference.range });
    return { kind: 'search', text: '' };
  }
  checkKey(reference, found, context);
  const inner = make(asFunction(reference, found, context));
  const key = reference.key === null ? null : reference.key.toLowerCase();
  return { kind: 'test', field: found, key, quantifier, test: applied(reference, inner) };
}

function checkKey(reference: FieldReference, field: FilterField, context: CheckContext): void {
  const { name, key, range } = reference;
  if (field.keyed && key === null) {
    context.errors.push({ message: `${name} needs a name in brackets: ${name}["x-tenant"].`, range });
  }
  if (!field.keyed && key !== null) context.errors.push({ message: `${name} takes no name in brackets.`, range });
}

/** The field as its function makes it: `len` gives a number. */
function asFunction(reference: FieldReference, field: FilterField, context: CheckContext): FilterField {
  if (reference.function === null) return field;
  if (reference.function === 'string' && (field.type === 'number' || field.type === 'ipv4' || field.type === 'ipv6')) {
    return { ...field, type: 'string' };
  }
  if (field.type !== 'string') {
    context.errors.push({
      message: `${reference.function} is for fields with ${reference.function === 'string' ? 'numbers, addresses or text' : 'text'}; ${field.name} is ${describeType(field)}.`,
      range: reference.range,
    });
  }
  return reference.function === 'len' ? { ...field, type: 'number' } : field;
}

/** `len` counts bytes of UTF-8, as Wireshark's does. */
function applied(reference: FieldReference, inner: ScalarTest): ScalarTest {
  if (reference.function === 'lower') return (value) => inner(String(value).toLowerCase());
  if (reference.function === 'upper') return (value) => inner(String(value).toUpperCase());
  if (reference.function === 'string') return (value) => inner(String(value));
  if (reference.function === 'len') {
    const encoder = new TextEncoder();
    return (value) => inner(encoder.encode(String(value)).length);
  }
  return inner;
}

function unknownField(name: string): string {
  const names = fieldsLike(name).map((field) => field.name);
  // What is still being written is more likely than a slip.
  const begun = names.filter((each) => each.toLowerCase().startsWith(name.toLowerCase())).slice(0, 3);
  const nearest = begun.length > 0 ? begun : nearestNames(name, names, 3);
  const hint =
    nearest.length > 0 ? ` Did you mean ${nearest.join(' or ')}?` : ' To search for it as text, put it in quotes.';
  return `There is no field ${name}.${hint}`;
}
