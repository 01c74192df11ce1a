import { type CharacterSet, PatternError, type PatternNode, parsePattern } from './pattern-syntax.ts';

/** A compiled regular expression. Its time grows with the length of the text alone, whatever the expression. */
export type Pattern = (text: string) => boolean;

/** A state of the automaton. `characters` reads one unit and goes on; `split` goes both ways; the rest read nothing. */
type State =
  | { kind: 'characters'; set: CharacterSet; next: number }
  | { kind: 'split'; first: number; second: number }
  | { kind: 'assert'; what: 'start' | 'end' | 'boundary' | 'no-boundary'; next: number }
  | { kind: 'match' };

/** Bounds states times text: with 64 KiB of text and this many states a match still ends within seconds. */
const MAXIMUM_STATES = 2000;

/**
 * Compiles a regular expression to a Thompson automaton whose states are followed side by side
 * (https://swtch.com/~rsc/regexp/regexp1.html). As in Wireshark, letter case does not matter unless it starts with `(?-i)`.
 *
 * @throws PatternError
 */
export function compilePattern(source: string): Pattern {
  const flags = /^\(\?(-?)i\)/.exec(source);
  const skipped = flags ? flags[0].length : 0;
  const ignoreCase = flags?.[1] !== '-';
  const states: State[] = [];
  const start = build(parseShifted(source, skipped), add(states, { kind: 'match' }), states, source.length);
  const accepts = states.map((state) => (state.kind === 'characters' ? acceptor(state.set, ignoreCase) : null));
  return (text) => run(states, accepts, start, text);
}

function parseShifted(source: string, skipped: number): PatternNode {
  try {
    return parsePattern(source.slice(skipped));
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new PatternError(error.message, [error.range[0] + skipped, error.range[1] + skipped]);
  }
}

function add(states: State[], state: State): number {
  states.push(state);
  return states.length - 1;
}

/** Appends the states for `node` that end in `next`, and gives the one it starts with. */
function build(node: PatternNode, next: number, states: State[], length: number): number {
  if (states.length > MAXIMUM_STATES) throw new PatternError('This expression is too large.', [0, length]);
  switch (node.kind) {
    case 'characters':
      return add(states, { kind: 'characters', set: node.set, next });
    case 'assert':
      return add(states, { kind: 'assert', what: node.what, next });
    case 'sequence':
      return node.nodes.reduceRight((after, part) => build(part, after, states, length), next);
    case 'choice':
      return node.nodes
        .map((part) => build(part, next, states, length))
        .reduceRight((second, first) => add(states, { kind: 'split', first, second }));
    case 'repeat':
      return buildRepeat(node, next, states, length);
  }
}

function buildRepeat(node: PatternNode & { kind: 'repeat' }, next: number, states: State[], length: number): number {
  let after = next;
  if (node.maximum === null) {
    const loop: State = { kind: 'split', first: 0, second: next };
    after = add(states, loop);
    loop.first = build(node.node, after, states, length);
  } else {
    for (let count = node.minimum; count < node.maximum; count++) {
      const first = build(node.node, after, states, length);
      after = add(states, { kind: 'split', first, second: next });
    }
  }
  for (let count = 0; count < node.minimum; count++) after = build(node.node, after, states, length);
  return after;
}

/** Whether a set has a unit; ASCII from a table, the rest by search. */
function acceptor(set: CharacterSet, ignoreCase: boolean): (code: number) => boolean {
  const has = (code: number) => set.some(([first, last]) => code >= first && code <= last);
  const accepts = ignoreCase ? (code: number) => otherCases(code).some(has) : has;
  const ascii = Uint8Array.from({ length: 128 }, (_, code) => (accepts(code) ? 1 : 0));
  return (code) => (code < 128 ? ascii[code] === 1 : accepts(code));
}

function otherCases(code: number): number[] {
  const character = String.fromCharCode(code);
  return [character, character.toLowerCase(), character.toUpperCase()]
    .filter((variant) => variant.length === 1)
    .map((variant) => variant.charCodeAt(0));
}

/** Follows all states at once; a new start is tried at each place, since a match may begin anywhere. */
function run(
  states: readonly State[],
  accepts: readonly (((code: number) => boolean) | null)[],
  start: number,
  text: string,
): boolean {
  const seen = new Int32Array(states.length).fill(-1);
  let current: number[] = [];
  let following: number[] = [];
  for (let at = 0; at <= text.length; at++) {
    if (follow(states, start, at, text, seen, current)) return true;
    if (at === text.length) return false;
    const code = text.charCodeAt(at);
    following.length = 0;
    for (const index of current) {
      const state = states[index]!;
      if (state.kind !== 'characters' || !accepts[index]!(code)) continue;
      if (follow(states, state.next, at + 1, text, seen, following)) return true;
    }
    [current, following] = [following, current];
  }
  return false;
}

/** Adds to `into` the reading states that are reached from `from` at `at`; true when the match is among them. */
function follow(
  states: readonly State[],
  from: number,
  at: number,
  text: string,
  seen: Int32Array,
  into: number[],
): boolean {
  const waiting = [from];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (seen[index] === at) continue;
    seen[index] = at;
    const state = states[index]!;
    if (state.kind === 'match') return true;
    if (state.kind === 'characters') into.push(index);
    else if (state.kind === 'split') waiting.push(state.second, state.first);
    else if (holds(state.what, at, text)) waiting.push(state.next);
  }
  return false;
}

function holds(what: 'start' | 'end' | 'boundary' | 'no-boundary', at: number, text: string): boolean {
  if (what === 'start') return at === 0;
  if (what === 'end') return at === text.length;
  const boundary = isWordAt(text, at - 1) !== isWordAt(text, at);
  return what === 'boundary' ? boundary : !boundary;
}

function isWordAt(text: string, at: number): boolean {
  return /\w/.test(text.charAt(at));
}
