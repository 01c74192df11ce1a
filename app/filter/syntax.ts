/** A place in a filter text: from `start` up to but not including `end`, in UTF-16 units. */
export type Range = readonly [start: number, end: number];

/** What a piece of a filter is, for colouring. */
export type TokenClass = 'field' | 'operator' | 'logical' | 'value' | 'search' | 'punctuation' | 'error';

/** A piece of a filter text. White space belongs to no token. */
export interface Token {
  readonly kind: 'word' | 'string' | 'symbol' | 'error';
  readonly range: Range;
  /** A word as written, a string with its escapes undone, a symbol, or the message of an error. */
  readonly text: string;
  /** Strings: written as `r"..."`, where a backslash is a backslash. */
  readonly raw: boolean;
}

/** What is wrong with a filter, and where. `message` is one sentence for a person. */
export interface FilterError {
  readonly message: string;
  readonly range: Range;
}

/** How two values are compared. `==` asks whether any value of the field is equal, `!=` whether all of them differ. */
export type Operator = '==' | '!=' | '===' | '!==' | '>' | '<' | '>=' | '<=' | 'contains' | 'matches';

/** Functions of one field. */
export type FieldFunction = 'lower' | 'upper' | 'len' | 'string';

/** A field as a filter names it: `k8s.pod`, `http.header["x-tenant"]`, `lower(http.host)`. */
export interface FieldReference {
  readonly name: string;
  /** What stands in brackets, or null. */
  readonly key: string | null;
  readonly function: FieldFunction | null;
  readonly range: Range;
}

/** A value as written; what it means depends on the type of the field beside it. */
export interface Literal {
  readonly text: string;
  readonly form: 'word' | 'string' | 'raw';
  readonly range: Range;
}

/** A member of a set: one value, or all from `from` to `to`. */
export interface SetItem {
  readonly from: Literal;
  readonly to: Literal | null;
}

/** A filter as a tree. */
export type FilterNode =
  | {
      readonly kind: 'and' | 'or' | 'xor';
      readonly left: FilterNode;
      readonly right: FilterNode;
      readonly range: Range;
    }
  | { readonly kind: 'not'; readonly operand: FilterNode; readonly range: Range }
  | {
      readonly kind: 'compare';
      readonly field: FieldReference;
      readonly operator: Operator;
      readonly value: Literal;
      readonly range: Range;
    }
  | { readonly kind: 'in'; readonly field: FieldReference; readonly items: readonly SetItem[]; readonly range: Range }
  /** The flow has the field. */
  | { readonly kind: 'present'; readonly field: FieldReference; readonly range: Range }
  /** A word that is no field: looked for, in any letter case, in what may safely be searched. */
  | { readonly kind: 'search'; readonly text: string; readonly range: Range };
