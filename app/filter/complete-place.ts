import { lex } from './lexer.ts';
import { FUNCTIONS, LOGICAL, OPERATORS } from './operators.ts';
import type { Range, Token } from './syntax.ts';

/** What a cursor in a filter wants next. */
export interface CompletionPlace {
  readonly wants: 'operand' | 'operator' | 'set' | 'value' | 'logical' | 'nothing';
  /** The field on the left of the comparison that the cursor stands in, or null. */
  readonly field: string | null;
  /** The field stands in a function, so that its values are not those compared. */
  readonly hasFunction: boolean;
  /** What is written already of the word or text that the cursor stands in; a text's without its quotes. */
  readonly partial: string;
  /** Where that word or text is; it goes on behind the cursor to its end. */
  readonly range: Range;
}

type State = Pick<CompletionPlace, 'wants' | 'field' | 'hasFunction'> & { readonly inSet: boolean };

const START: State = { wants: 'operand', field: null, hasFunction: false, inSet: false };

/** Reads what stands before the cursor, as far as it goes, by the shape of the grammar. */
export function placeAt(text: string, cursor: number): CompletionPlace {
  const before = lex(text.slice(0, cursor));
  const last = before.at(-1);
  const isPartial = last !== undefined && last.range[1] === cursor && (last.kind === 'word' || isUnclosed(last, text));
  const done = isPartial ? before.slice(0, -1) : before;
  const state = done.reduce(step, START);
  const { wants, field, hasFunction } = state;
  if (!isPartial) return { wants, field, hasFunction, partial: '', range: [cursor, cursor] };
  const [start] = last.range;
  const partial = last.kind === 'word' ? last.text : text.slice(start, cursor).replace(/^[rR]?"/, '');
  return { wants, field, hasFunction, partial, range: [start, endOf(text, start, cursor)] };
}

/** A text whose closing quote is not before the cursor. */
function isUnclosed(token: Token, text: string): boolean {
  return token.kind === 'error' && /^[rR]?"/.test(text.slice(...token.range));
}

/** Where the word or text that begins at `start` ends in the whole filter. An unclosed text ends at the cursor. */
function endOf(text: string, start: number, cursor: number): number {
  const whole = lex(text).find((token) => token.range[0] === start);
  return whole === undefined || whole.kind === 'error' ? cursor : Math.max(cursor, whole.range[1]);
}

function step(state: State, token: Token): State {
  if (token.kind === 'error') return { ...START, wants: 'nothing' };
  const symbol = token.kind === 'string' ? '' : token.text;
  if (Object.hasOwn(LOGICAL, symbol)) return START;
  switch (state.wants) {
    case 'operand':
      if (symbol === '(' || symbol === '!' || symbol === 'not') return state;
      if (FUNCTIONS.has(symbol)) return { ...state, hasFunction: true };
      return token.kind === 'word'
        ? { ...state, wants: 'operator', field: token.text }
        : { ...START, wants: 'logical' };
    case 'operator':
      if (Object.hasOwn(OPERATORS, symbol)) return { ...state, wants: 'value' };
      if (symbol === 'in') return { ...state, wants: 'set' };
      if (symbol === ')' && !state.hasFunction) return { ...START, wants: 'logical' };
      return state;
    case 'set':
      return symbol === '{' ? { ...state, wants: 'value', inSet: true } : { ...START, wants: 'nothing' };
    case 'value':
      if (symbol === '}') return { ...START, wants: 'logical' };
      return state.inSet ? state : { ...START, wants: 'logical' };
    default:
      return state;
  }
}
