import { type CharacterSet, PatternError, type PatternNode } from './pattern-syntax.ts';

/** A state of a Thompson automaton. `characters` reads one unit and goes on; `split` goes both ways; the rest read nothing. */
export type State =
  | { readonly kind: 'characters'; readonly accepts: (code: number) => boolean; readonly next: number }
  | { readonly kind: 'split'; first: number; readonly second: number }
  | {
      readonly kind: 'assert';
      readonly what: 'start' | 'end' | 'boundary' | 'no-boundary';
      readonly next: number;
    }
  | { readonly kind: 'match' };

/** States, and the one to begin with. */
export interface Automaton {
  readonly states: readonly State[];
  readonly start: number;
}

/** Bounds the work for each unit of text. */
const MAXIMUM_STATES = 2000;

/**
 * Builds the automaton of a regular expression: https://swtch.com/~rsc/regexp/regexp1.html
 *
 * @throws PatternError when it would have too many states
 */
export function buildAutomaton(node: PatternNode, ignoreCase: boolean, length: number): Automaton {
  const states: State[] = [];

  function add(state: State): number {
    if (states.length === MAXIMUM_STATES) throw new PatternError('This expression is too large.', [0, length]);
    return states.push(state) - 1;
  }

  /** Adds the states for `part` that end in `next`, and gives the one that it starts with. */
  function build(part: PatternNode, next: number): number {
    switch (part.kind) {
      case 'characters':
        return add({ kind: 'characters', accepts: acceptor(part.set, part.negated, ignoreCase), next });
      case 'assert':
        return add({ kind: 'assert', what: part.what, next });
      case 'sequence':
        return part.nodes.reduceRight((after, each) => build(each, after), next);
      case 'choice':
        return part.nodes
          .map((each) => build(each, next))
          .reduceRight((second, first) => add({ kind: 'split', first, second }));
      case 'repeat':
        return repeat(part, next);
    }
  }

  function repeat({ node: part, minimum, maximum }: PatternNode & { kind: 'repeat' }, next: number): number {
    let after = next;
    if (maximum === null) {
      const loop: State = { kind: 'split', first: next, second: next };
      after = add(loop);
      loop.first = build(part, after);
    } else {
      for (let count = minimum; count < maximum; count++) {
        after = add({ kind: 'split', first: build(part, after), second: next });
      }
    }
    for (let count = 0; count < minimum; count++) after = build(part, after);
    return after;
  }

  const start = build(node, add({ kind: 'match' }));
  return { states, start };
}

/** Whether a unit is meant by a set: ASCII from a table, the rest by search. */
function acceptor(set: CharacterSet, negated: boolean, ignoreCase: boolean): (code: number) => boolean {
  const has = (code: number) => set.some(([first, last]) => code >= first && code <= last);
  const accepts = (code: number) => (ignoreCase ? otherCases(code).some(has) : has(code)) !== negated;
  const ascii = Uint8Array.from({ length: 128 }, (_, code) => (accepts(code) ? 1 : 0));
  return (code) => (code < 128 ? ascii[code] === 1 : accepts(code));
}

/** A unit and its other letter case. The few signs whose other case is an ASCII letter stay themselves, as in ECMAScript. */
function otherCases(code: number): number[] {
  const character = String.fromCharCode(code);
  const others = [character.toLowerCase(), character.toUpperCase()]
    .filter((variant) => variant.length === 1)
    .map((variant) => variant.charCodeAt(0));
  return [code, ...others.filter((other) => code < 128 || other >= 128)];
}
