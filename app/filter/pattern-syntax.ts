import type { Range } from './syntax.ts';

/** Inclusive ranges of UTF-16 units. */
export type CharacterSet = readonly (readonly [number, number])[];

/** A regular expression as a tree. */
export type PatternNode =
  /** With letter case ignored, `negated` has to be looked at last: `[^a]` takes no `A` either. */
  | { readonly kind: 'characters'; readonly set: CharacterSet; readonly negated: boolean }
  | { readonly kind: 'sequence' | 'choice'; readonly nodes: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly node: PatternNode; readonly minimum: number; readonly maximum: number | null }
  | { readonly kind: 'assert'; readonly what: 'start' | 'end' | 'boundary' | 'no-boundary' };

/** What is wrong with a regular expression; `range` counts from its beginning. */
export class PatternError extends Error {
  readonly range: Range;
  constructor(message: string, range: Range) {
    super(message);
    this.range = range;
  }
}

const NEWLINE: CharacterSet = [[10, 10]];
const DIGITS: CharacterSet = [[0x30, 0x39]];
const WORD: CharacterSet = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const SPACE: CharacterSet = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
];
const CLASSES: Readonly<Record<string, CharacterSet>> = {
  d: DIGITS,
  D: complement(DIGITS),
  w: WORD,
  W: complement(WORD),
  s: SPACE,
  S: complement(SPACE),
};
/** Named classes of POSIX, which have their place in brackets: `[[:alpha:]_]`. ASCII alone, as in RE2 and in PCRE2. */
const NAMED: Readonly<Record<string, CharacterSet>> = {
  alnum: WORD.filter(([from]) => from !== 0x5f),
  alpha: WORD.filter(([from]) => from !== 0x5f && from !== 0x30),
  blank: [
    [0x09, 0x09],
    [0x20, 0x20],
  ],
  cntrl: [
    [0, 0x1f],
    [0x7f, 0x7f],
  ],
  digit: DIGITS,
  graph: [[0x21, 0x7e]],
  lower: [[0x61, 0x7a]],
  print: [[0x20, 0x7e]],
  punct: [
    [0x21, 0x2f],
    [0x3a, 0x40],
    [0x5b, 0x60],
    [0x7b, 0x7e],
  ],
  space: [
    [0x09, 0x0d],
    [0x20, 0x20],
  ],
  upper: [[0x41, 0x5a]],
  word: WORD,
  xdigit: [
    [0x30, 0x39],
    [0x41, 0x46],
    [0x61, 0x66],
  ],
};
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, a: 7, e: 27, 0: 0 };
const MAXIMUM_REPEAT = 1000;
const MAXIMUM_DEPTH = 50;

/** All units that are not in `set`. */
function complement(set: CharacterSet): CharacterSet {
  const sorted = [...set].sort((left, right) => left[0] - right[0]);
  const result: [number, number][] = [];
  let from = 0;
  for (const [first, last] of sorted) {
    if (first > from) result.push([from, first - 1]);
    from = Math.max(from, last + 1);
  }
  if (from <= 0xffff) result.push([from, 0xffff]);
  return result;
}

/**
 * Reads a regular expression: literals, `.`, classes, `\d \w \s \b`, anchors, groups, `|`, and `* + ? {m,n}`. What needs
 * backtracking (back references, looking around, possessive and atomic groups) is refused.
 *
 * @throws PatternError
 */
export function parsePattern(source: string): PatternNode {
  const reader = new PatternReader(source);
  const node = reader.choice(0);
  reader.finish();
  return node;
}

class PatternReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  finish(): void {
    if (this.#at < this.#source.length) this.#fail('This parenthesis closes nothing.', this.#at, this.#at + 1);
  }

  choice(depth: number): PatternNode {
    if (depth > MAXIMUM_DEPTH) this.#fail('The groups are nested too deeply.', this.#at, this.#at + 1);
    const nodes = [this.#sequence(depth)];
    while (this.#take('|')) nodes.push(this.#sequence(depth));
    return nodes.length === 1 ? nodes[0]! : { kind: 'choice', nodes };
  }

  #sequence(depth: number): PatternNode {
    const nodes: PatternNode[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at]!)) {
      nodes.push(this.#repeated(this.#atom(depth)));
    }
    return { kind: 'sequence', nodes };
  }

  #repeated(node: PatternNode): PatternNode {
    for (;;) {
      const start = this.#at;
      const counts = this.#counts();
      if (counts === null) return node;
      // Laziness changes what is captured, not whether there is a match.
      this.#take('?');
      if (this.#source[this.#at] === '+') this.#fail('Possessive repeats are not supported.', start, this.#at + 1);
      if (node.kind === 'assert') this.#fail('There is nothing to repeat before this.', start, this.#at);
      node = { kind: 'repeat', node, minimum: counts[0], maximum: counts[1] };
    }
  }

  #counts(): readonly [number, number | null] | null {
    if (this.#take('*')) return [0, null];
    if (this.#take('+')) return [1, null];
    if (this.#take('?')) return [0, 1];
    const match = /^\{(\d+)(,(\d*))?\}/.exec(this.#source.slice(this.#at, this.#at + 20));
    if (!match) return null;
    const start = this.#at;
    this.#at += match[0].length;
    const minimum = Number(match[1]);
    const maximum = match[2] === undefined ? minimum : match[3] === '' ? null : Number(match[3]);
    if (Math.max(minimum, maximum ?? 0) > MAXIMUM_REPEAT) {
      this.#fail(`More than ${MAXIMUM_REPEAT} repeats are not supported.`, start, this.#at);
    }
    if (maximum !== null && maximum < minimum) this.#fail('The repeat ends below its start.', start, this.#at);
    return [minimum, maximum];
  }

  #atom(depth: number): PatternNode {
    const start = this.#at;
    const character = this.#source[this.#at++]!;
    if (character === '(') return this.#group(start, depth);
    if (character === '[') return this.#bracket(start);
    if (character === '.') return { kind: 'characters', set: NEWLINE, negated: true };
    if (character === '^') return { kind: 'assert', what: 'start' };
    if (character === '$') return { kind: 'assert', what: 'end' };
    if (character === '\\') return this.#escape(start);
    if ('*+?'.includes(character)) this.#fail(`There is nothing to repeat before ${character}.`, start, this.#at);
    return single(character.charCodeAt(0));
  }

  #group(start: number, depth: number): PatternNode {
    if (this.#take('?') && !this.#take(':')) {
      const named = /^P?<[A-Za-z_]\w*>/.exec(this.#source.slice(this.#at));
      if (!named) this.#fail('Looking ahead or behind and flags inside are not supported.', start, this.#at + 1);
      this.#at += named[0].length;
    }
    const node = this.choice(depth + 1);
    if (!this.#take(')')) this.#fail('This parenthesis is not closed.', start, start + 1);
    return node;
  }

  #escape(start: number): PatternNode {
    const character = this.#source[this.#at++];
    if (character === undefined) this.#fail('A backslash needs something after it.', start, start + 1);
    if (character === 'b') return { kind: 'assert', what: 'boundary' };
    if (character === 'B') return { kind: 'assert', what: 'no-boundary' };
    if (character === 'A') return { kind: 'assert', what: 'start' };
    if (character === 'z' || character === 'Z') return { kind: 'assert', what: 'end' };
    if (/[1-9]/.test(character)) this.#fail('Back references are not supported.', start, this.#at);
    return { kind: 'characters', set: this.#escapedSet(character, start), negated: false };
  }

  #escapedSet(character: string, start: number): CharacterSet {
    const known = CLASSES[character];
    if (known !== undefined) return known;
    const control = CONTROLS[character];
    if (control !== undefined) return [[control, control]];
    const digits = /^(?:x[0-9a-f]{2}|u[0-9a-f]{4})/i.exec(this.#source.slice(this.#at - 1, this.#at + 4));
    if (digits) {
      this.#at += digits[0].length - 1;
      const code = Number.parseInt(digits[0].slice(1), 16);
      return [[code, code]];
    }
    if (/[A-Za-z]/.test(character)) this.#fail(`\\${character} is not supported.`, start, this.#at);
    const code = character.charCodeAt(0);
    return [[code, code]];
  }

  #bracket(start: number): PatternNode {
    const negated = this.#take('^');
    const set: (readonly [number, number])[] = [];
    let first = true;
    while (first || this.#source[this.#at] !== ']') {
      if (this.#at >= this.#source.length) this.#fail('This [ is not closed.', start, start + 1);
      first = false;
      set.push(...this.#bracketItem());
    }
    this.#at++;
    return { kind: 'characters', set, negated };
  }

  #bracketItem(): CharacterSet {
    const start = this.#at;
    if (this.#source.startsWith('[:', this.#at)) return this.#namedClass(start);
    const from = this.#bracketEnd();
    if (this.#source[this.#at] !== '-' || this.#source[this.#at + 1] === ']') return from;
    this.#at++;
    const to = this.#bracketEnd();
    const [low, high] = [from[0]![0], to[0]?.[0] ?? 0];
    const isSingle = from.length === 1 && from[0]![1] === low && to.length === 1 && to[0]![1] === high;
    if (!isSingle || high < low) this.#fail('This range of characters is upside down.', start, this.#at);
    return [[low, high]];
  }

  #namedClass(start: number): CharacterSet {
    const [written = '[:', negation, name = ''] = /^\[:(\^?)([a-z]+):\]/.exec(this.#source.slice(this.#at)) ?? [];
    const set = Object.hasOwn(NAMED, name) ? NAMED[name]! : null;
    if (set === null) this.#fail('This is not a named class such as [[:alpha:]].', start, start + written.length);
    this.#at += written.length;
    return negation === '^' ? complement(set) : set;
  }

  #bracketEnd(): CharacterSet {
    const start = this.#at;
    const character = this.#source[this.#at++];
    if (character === undefined) this.#fail('A ] is missing.', start, start);
    if (character !== '\\') return [[character.charCodeAt(0), character.charCodeAt(0)]];
    const escaped = this.#source[this.#at++];
    if (escaped === undefined) this.#fail('A backslash needs something after it.', start, start + 1);
    return escaped === 'b' ? [[8, 8]] : this.#escapedSet(escaped, start);
  }

  #take(character: string): boolean {
    if (this.#source[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #fail(message: string, start: number, end: number): never {
    throw new PatternError(message, [start, Math.min(end, this.#source.length)]);
  }
}

function single(code: number): PatternNode {
  return { kind: 'characters', set: [[code, code]], negated: false };
}
