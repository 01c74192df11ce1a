import { costOf, type Expression } from './expression.ts';
import { type FieldSource, headerValues, type Scalar } from './field-source.ts';
import type { CodedColumn, DetailReader, FlowColumns } from './flow-columns.ts';
import { memoizeCodes } from './memoize.ts';
import { searchPredicate } from './search.ts';

/** Whether a flow matches. */
export type FlowPredicate = (id: number) => boolean;

/** What the values of one source say: there is none, none passes, all pass, or some of several do. */
type Outcome = number;
const ABSENT = 1;
const FAILS = 2;
const PASSES = 3;
const MIXED = 4;

/**
 * Makes a predicate over columns. Tests of coded columns are made once for each code and remembered; codes that come
 * later are tested when they are first met. `details` is asked last, and only by fields of cost `detail`; without it they have no value.
 */
export function compileFilter(
  expression: Expression,
  columns: FlowColumns,
  details: DetailReader | null,
): FlowPredicate {
  switch (expression.kind) {
    case 'and': {
      const [left, right] = cheaperFirst(expression.left, expression.right).map((part) =>
        compileFilter(part, columns, details),
      );
      return (id) => left!(id) && right!(id);
    }
    case 'or': {
      const [left, right] = cheaperFirst(expression.left, expression.right).map((part) =>
        compileFilter(part, columns, details),
      );
      return (id) => left!(id) || right!(id);
    }
    case 'xor': {
      const left = compileFilter(expression.left, columns, details);
      const right = compileFilter(expression.right, columns, details);
      return (id) => left(id) !== right(id);
    }
    case 'not': {
      const operand = compileFilter(expression.operand, columns, details);
      return (id) => !operand(id);
    }
    case 'search':
      return searchPredicate(expression.text, columns);
    case 'test':
      return compileTest(expression, columns, details);
  }
}

function cheaperFirst(left: Expression, right: Expression): readonly [Expression, Expression] {
  return costOf(left) === 'detail' && costOf(right) === 'summary' ? [right, left] : [left, right];
}

function compileTest(
  expression: Expression & { kind: 'test' },
  columns: FlowColumns,
  details: DetailReader | null,
): FlowPredicate {
  const { field, key, quantifier, test } = expression;
  const outcomes = field.sources.map((source) => outcomeOf(source, key, test, columns, details));
  const [first, second] = outcomes;
  if (quantifier === 'any') {
    if (outcomes.length === 1) return (id) => first!(id) >= PASSES;
    if (outcomes.length === 2) return (id) => first!(id) >= PASSES || second!(id) >= PASSES;
    return (id) => outcomes.some((outcome) => outcome(id) >= PASSES);
  }
  return (id) => {
    let present = false;
    for (const outcome of outcomes) {
      const result = outcome(id);
      if (result === FAILS || result === MIXED) return false;
      if (result === PASSES) present = true;
    }
    return present;
  };
}

function outcomeOf(
  source: FieldSource,
  key: string | null,
  test: (value: Scalar) => boolean,
  columns: FlowColumns,
  details: DetailReader | null,
): (id: number) => Outcome {
  switch (source.kind) {
    case 'coded':
      return guarded(source.protocols, columns, codedOutcome(source.column(columns), test));
    case 'number': {
      const column = source.column(columns);
      return guarded(source.protocols, columns, (id) => {
        const value = column(id);
        return Number.isNaN(value) ? ABSENT : test(value) ? PASSES : FAILS;
      });
    }
    case 'header': {
      const name = source.header ?? key;
      if (details === null || name === null) return () => ABSENT;
      return (id) => outcomeOfAll(headerValues(details.headers(id, source.side), name), test);
    }
    case 'detail':
      if (details === null) return () => ABSENT;
      return guarded(source.protocols, columns, (id) => outcomeOfAll(source.values(details, id), test));
  }
}

/** The source gives nothing for flows of other protocols. */
function guarded(
  protocols: ReadonlySet<string> | null,
  columns: FlowColumns,
  outcome: (id: number) => Outcome,
): (id: number) => Outcome {
  if (protocols === null) return outcome;
  const { code, value } = columns.protocol;
  const has = memoizeCodes((protocol) => (protocols.has(value(protocol)) ? PASSES : FAILS));
  return (id) => (has(code(id)) === PASSES ? outcome(id) : ABSENT);
}

function codedOutcome(
  column: CodedColumn<Scalar | undefined>,
  test: (value: Scalar) => boolean,
): (id: number) => Outcome {
  const { code } = column;
  const remembered = memoizeCodes((each) => {
    const value = column.value(each);
    return value === undefined ? ABSENT : test(value) ? PASSES : FAILS;
  });
  return (id) => remembered(code(id));
}

function outcomeOfAll(values: readonly Scalar[], test: (value: Scalar) => boolean): Outcome {
  if (values.length === 0) return ABSENT;
  const passing = values.filter(test).length;
  return passing === values.length ? PASSES : passing === 0 ? FAILS : MIXED;
}
