import type { FieldFunction, Operator } from './syntax.ts';

/** Wireshark's operators in all their spellings. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  '==': '==',
  eq: '==',
  any_eq: '==',
  '!=': '!=',
  ne: '!=',
  all_ne: '!=',
  '===': '===',
  all_eq: '===',
  '!==': '!==',
  '~=': '!==',
  any_ne: '!==',
  '>': '>',
  gt: '>',
  '<': '<',
  lt: '<',
  '>=': '>=',
  ge: '>=',
  '<=': '<=',
  le: '<=',
  contains: 'contains',
  matches: 'matches',
  '~': 'matches',
};

/** Operators between two parts of a filter. */
export const LOGICAL: Readonly<Record<string, 'and' | 'or' | 'xor'>> = {
  and: 'and',
  '&&': 'and',
  or: 'or',
  '||': 'or',
  xor: 'xor',
  '^^': 'xor',
};

/** Functions of one field. */
export const FUNCTIONS: ReadonlySet<string> = new Set<FieldFunction>(['lower', 'upper', 'len', 'string']);

/** Words that have a meaning of their own and so cannot be searched for without quotes. */
export function isKeyword(word: string): boolean {
  return Object.hasOwn(OPERATORS, word) || Object.hasOwn(LOGICAL, word) || word === 'not' || word === 'in';
}
