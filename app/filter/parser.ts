import { findField, looksLikeField } from './fields.ts';
import { lex } from './lexer.ts';
import { FUNCTIONS, isKeyword, LOGICAL, OPERATORS } from './operators.ts';
import type {
  FieldFunction,
  FieldReference,
  FilterError,
  FilterNode,
  Literal,
  Range,
  SetItem,
  Token,
  TokenClass,
} from './syntax.ts';

/** What parsing gives: a tree, or null with errors. An empty filter has neither: it matches everything. */
export interface Parsed {
  readonly node: FilterNode | null;
  readonly errors: readonly FilterError[];
  readonly tokens: readonly Token[];
  /** One for each token. */
  readonly classes: readonly TokenClass[];
}

/** Loosest first. */
const PRECEDENCE = ['or', 'xor', 'and'] as const;

/** Parentheses and negations deeper than this are refused, so that no text can exhaust the stack. */
const MAXIMUM_DEPTH = 100;

/** Reads a filter. Grammar and precedence are those of Wireshark's display filters: not, and, xor, or. */
export function parseFilter(text: string): Parsed {
  const tokens = lex(text);
  const classes: TokenClass[] = tokens.map(defaultClass);
  const broken = tokens.find((token) => token.kind === 'error');
  // What follows it, behind a lost quote for one, is read as it was not meant: one error is enough.
  if (broken) return { node: null, errors: [{ message: broken.text, range: broken.range }], tokens, classes };
  if (tokens.length === 0) return { node: null, errors: [], tokens, classes };
  try {
    return { node: new Parser(text, tokens, classes).parse(), errors: [], tokens, classes };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { node: null, errors: [{ message: error.message, range: error.range }], tokens, classes };
  }
}

function defaultClass(token: Token): TokenClass {
  if (token.kind === 'error') return 'error';
  if (token.kind === 'string') return 'value';
  if (Object.hasOwn(LOGICAL, token.text) || token.text === 'not' || token.text === '!') return 'logical';
  if (Object.hasOwn(OPERATORS, token.text) || token.text === 'in') return 'operator';
  if (token.kind === 'symbol') return 'punctuation';
  return findField(token.text) ? 'field' : 'search';
}

class ParseError extends Error {
  readonly range: Range;
  constructor(message: string, range: Range) {
    super(message);
    this.range = range;
  }
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #classes: TokenClass[];
  #at = 0;
  #depth = 0;

  constructor(text: string, tokens: readonly Token[], classes: TokenClass[]) {
    this.#text = text;
    this.#tokens = tokens;
    this.#classes = classes;
  }

  parse(): FilterNode {
    const node = this.#binary(0);
    const rest = this.#peek();
    if (rest) throw new ParseError(this.#unexpected(rest), rest.range);
    return node;
  }

  #binary(level: number): FilterNode {
    const kind = PRECEDENCE[level];
    if (kind === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    while (this.#logical() === kind) {
      this.#at++;
      const right = this.#binary(level + 1);
      left = { kind, left, right, range: [left.range[0], right.range[1]] };
    }
    return left;
  }

  #logical(): string | undefined {
    const token = this.#peek();
    return token && token.kind !== 'string' && Object.hasOwn(LOGICAL, token.text) ? LOGICAL[token.text] : undefined;
  }

  #unary(): FilterNode {
    const token = this.#peek();
    if (!token) throw new ParseError('Something is missing here: a field, a word or a parenthesis.', this.#end());
    const isNot = token.kind !== 'string' && (token.text === '!' || token.text === 'not');
    const isGroup = token.kind === 'symbol' && token.text === '(';
    if (!isNot && !isGroup) return this.#test(token);
    if (++this.#depth > MAXIMUM_DEPTH) throw new ParseError('This is nested too deeply.', token.range);
    this.#at++;
    const node = isNot ? this.#negation(token) : this.#group(token);
    this.#depth--;
    return node;
  }

  #negation(token: Token): FilterNode {
    const operand = this.#unary();
    return { kind: 'not', operand, range: [token.range[0], operand.range[1]] };
  }

  #group(token: Token): FilterNode {
    const inner = this.#binary(0);
    if (!this.#take(')')) {
      const place = this.#peek();
      throw place
        ? new ParseError(this.#unexpected(place), place.range)
        : new ParseError('This parenthesis is not closed.', token.range);
    }
    return inner;
  }

  /** A comparison, a membership, a bare field or a search. */
  #test(token: Token): FilterNode {
    if (token.kind === 'string') return this.#search(token);
    if (token.kind === 'symbol' || isKeyword(token.text)) {
      throw new ParseError(`A field or a word is missing before ${token.text}.`, token.range);
    }
    const index = this.#at;
    const field = this.#field(token);
    const next = this.#peek();
    if (next && next.kind !== 'string' && !/^[-+.:]?\d/.test(token.text)) {
      if (Object.hasOwn(OPERATORS, next.text)) return this.#comparison(index, field, next);
      if (next.text === 'in') return this.#membership(index, field);
      if (next.text === 'not' && this.#tokens[this.#at + 1]?.text === 'in') return this.#notIn(index, field);
      if (next.text === '&') throw new ParseError('Bitwise and is not supported.', next.range);
    }
    if (field.key === null && field.function === null && !findField(field.name) && !looksLikeField(field.name)) {
      this.#at = index;
      return this.#search(token);
    }
    this.#classes[index] = 'field';
    return { kind: 'present', field, range: field.range };
  }

  #search(token: Token): FilterNode {
    this.#classes[this.#at++] = 'search';
    const next = this.#peek();
    if (next && next.kind !== 'string' && (Object.hasOwn(OPERATORS, next.text) || next.text === 'in')) {
      throw new ParseError('A field has to stand on the left of a comparison.', token.range);
    }
    return { kind: 'search', text: token.text, range: token.range };
  }

  #field(token: Token): FieldReference {
    this.#at++;
    if (FUNCTIONS.has(token.text) && this.#take('(')) return this.#call(token);
    if (this.#peek()?.text === '(' && this.#peek()?.kind === 'symbol' && this.#peek()?.range[0] === token.range[1]) {
      throw new ParseError(`There is no function ${token.text}; there are len, lower, string and upper.`, token.range);
    }
    return this.#keyed(token);
  }

  #call(token: Token): FieldReference {
    const inner = this.#peek();
    if (inner?.kind !== 'word') {
      throw new ParseError(`${token.text} takes a field: ${token.text}(http.host).`, inner?.range ?? this.#end());
    }
    this.#classes[this.#at] = 'field';
    this.#classes[this.#at - 2] = 'operator';
    this.#at++;
    const field = this.#keyed(inner);
    const closing = this.#peek();
    if (!this.#take(')')) {
      throw new ParseError(`A ) is missing after the field of ${token.text}.`, closing?.range ?? this.#end());
    }
    const end = this.#tokens[this.#at - 1]!.range[1];
    return { ...field, function: token.text as FieldFunction, range: [token.range[0], end] };
  }

  #keyed(token: Token): FieldReference {
    const plain: FieldReference = { name: token.text, key: null, function: null, range: token.range };
    if (!this.#take('[')) return plain;
    const key = this.#peek();
    if (key?.kind !== 'string') {
      throw new ParseError(
        `Slices of bytes are not supported; brackets hold a name: ${token.text}["name"].`,
        key?.range ?? this.#end(),
      );
    }
    this.#at++;
    const closing = this.#peek();
    if (!this.#take(']')) throw new ParseError('A ] is missing after the name.', closing?.range ?? this.#end());
    return { ...plain, key: key.text, range: [token.range[0], this.#tokens[this.#at - 1]!.range[1]] };
  }

  #comparison(index: number, field: FieldReference, operator: Token): FilterNode {
    this.#classes[index] = this.#classes[index] === 'operator' ? 'operator' : 'field';
    this.#at++;
    const value = this.#literal(`A value is missing after ${operator.text}.`);
    const next = this.#peek();
    if (next && next.kind !== 'string' && Object.hasOwn(OPERATORS, next.text)) {
      throw new ParseError('Comparisons cannot be chained; join two of them with &&.', next.range);
    }
    return {
      kind: 'compare',
      field,
      operator: OPERATORS[operator.text]!,
      value,
      range: [field.range[0], value.range[1]],
    };
  }

  #notIn(index: number, field: FieldReference): FilterNode {
    this.#at++;
    const operand = this.#membership(index, field);
    return { kind: 'not', operand, range: operand.range };
  }

  #membership(index: number, field: FieldReference): FilterNode {
    this.#classes[index] = this.#classes[index] === 'operator' ? 'operator' : 'field';
    this.#at++;
    const opening = this.#peek();
    if (!this.#take('{'))
      throw new ParseError('A set stands in braces: {200, 204, 500..599}.', opening?.range ?? this.#end());
    const items: SetItem[] = [];
    while (!this.#take('}')) {
      items.push(this.#item());
      this.#take(',');
    }
    const end = this.#tokens[this.#at - 1]!.range[1];
    if (items.length === 0) throw new ParseError('This set is empty.', [opening!.range[0], end]);
    return { kind: 'in', field, items, range: [field.range[0], end] };
  }

  #item(): SetItem {
    const from = this.#literal('This set is not closed: a } is missing.');
    if (!this.#take('..')) return { from, to: null };
    return { from, to: this.#literal('The end of the range is missing.') };
  }

  #literal(missing: string): Literal {
    const token = this.#peek();
    if (!token) throw new ParseError(missing, this.#end());
    if (token.kind === 'symbol') {
      if (token.text === '{') throw new ParseError('A set goes with the operator in: field in {1, 2}.', token.range);
      throw new ParseError(missing, token.range);
    }
    this.#classes[this.#at++] = 'value';
    const form = token.kind === 'word' ? 'word' : token.raw ? 'raw' : 'string';
    return { text: token.text, form, range: token.range };
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #take(symbol: string): boolean {
    const token = this.#peek();
    if (token?.kind !== 'symbol' || token.text !== symbol) return false;
    this.#at++;
    return true;
  }

  #end(): Range {
    return [this.#text.length, this.#text.length];
  }

  #unexpected(token: Token): string {
    if (token.kind === 'symbol' && token.text === ')') return 'This parenthesis closes nothing.';
    if (token.kind === 'symbol' && token.text === '[') return 'Slices are not supported.';
    const before = this.#tokens[this.#at - 1];
    if (before?.kind === 'word' && (before.text === 'any' || before.text === 'all')) {
      return `${before.text} cannot stand before a field; === asks whether all values are equal, !== whether any differs.`;
    }
    if (token.kind !== 'string' && /^[-+*/%]$/.test(token.text)) return 'Arithmetic is not supported.';
    return `Put && or || before this, or quotes around words that belong together.`;
  }
}
