import type { FilterField } from './field.ts';
import type { Scalar } from './field-source.ts';

/** Asks one value. It always gives the same answer for the same value. */
export type ScalarTest = (value: Scalar) => boolean;

/** A filter with its fields found and its values read: ready to be compiled for any columns. */
export type Expression =
  | { readonly kind: 'and' | 'or' | 'xor'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'not'; readonly operand: Expression }
  | {
      readonly kind: 'test';
      readonly field: FilterField;
      /** Lower case, or null. */
      readonly key: string | null;
      /** `any`: one value that passes is enough. `all`: there is a value, and all of them pass. */
      readonly quantifier: 'any' | 'all';
      readonly test: ScalarTest;
    }
  /** `text` in lower case. */
  | { readonly kind: 'search'; readonly text: string };

/** `detail` when any part of it has to be read from the session. */
export function costOf(expression: Expression): 'summary' | 'detail' {
  switch (expression.kind) {
    case 'test':
      return expression.field.cost;
    case 'search':
      return 'summary';
    case 'not':
      return costOf(expression.operand);
    default:
      return costOf(expression.left) === 'detail' || costOf(expression.right) === 'detail' ? 'detail' : 'summary';
  }
}
