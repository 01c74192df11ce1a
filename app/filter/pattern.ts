import { type Automaton, buildAutomaton } from './pattern-automaton.ts';
import { PatternError, type PatternNode, parsePattern } from './pattern-syntax.ts';

/** A compiled regular expression. Its time grows with the length of the text alone, whatever the expression. */
export type Pattern = (text: string) => boolean;

/** What stands beside a place in a text: its edge, a sign of a word (`\w`), or another one. */
type Beside = 'edge' | 'word' | 'other';

/**
 * Where a match has come to: the states it may be in before what needs no reading is followed, since anchors depend on
 * the next unit. Places are made when first come to and remembered, so that most text costs one look into a table a unit.
 */
interface Place {
  readonly states: readonly number[];
  readonly before: Beside;
  /** By ASCII unit; `null` once the expression has matched. */
  readonly next: (Place | null | undefined)[];
  /** Whether it matches when the text ends here; undefined while not known. */
  atEnd: boolean | undefined;
}

/** Places remembered for one expression; then all are forgotten, and time is still bounded by states times text. */
const MAXIMUM_PLACES = 1000;

/**
 * Compiles a regular expression. As in Wireshark, letter case does not matter unless it starts with `(?-i)`.
 *
 * @throws PatternError
 */
export function compilePattern(source: string): Pattern {
  const flags = /^\(\?(-?)i\)/.exec(source);
  const skipped = flags ? flags[0].length : 0;
  return createMatcher(buildAutomaton(parseBehind(source, skipped), flags?.[1] !== '-', source.length));
}

function parseBehind(source: string, skipped: number): PatternNode {
  try {
    return parsePattern(source.slice(skipped));
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new PatternError(error.message, [error.range[0] + skipped, error.range[1] + skipped]);
  }
}

/** Follows all states of an automaton at once. A match may begin anywhere, so the start is one of them at each place. */
function createMatcher({ states, start }: Automaton): Pattern {
  const places = new Map<string, Place>();

  function placeOf(at: readonly number[], before: Beside): Place {
    const key = `${before} ${at.join(' ')}`;
    const known = places.get(key);
    if (known) return known;
    if (places.size === MAXIMUM_PLACES) places.clear();
    const place: Place = { states: at, before, next: new Array<undefined>(128).fill(undefined), atEnd: undefined };
    places.set(key, place);
    return place;
  }

  /** The states that read, reached without reading; null when the match is among those reached. */
  function reading(place: Place, after: Beside): Set<number> | null {
    const seen = new Set<number>();
    const waiting = [start, ...place.states];
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      if (seen.has(index)) continue;
      seen.add(index);
      const state = states[index]!;
      if (state.kind === 'match') return null;
      if (state.kind === 'split') waiting.push(state.second, state.first);
      else if (state.kind === 'assert' && holds(state.what, place.before, after)) waiting.push(state.next);
    }
    return seen;
  }

  function step(place: Place, code: number): Place | null {
    const kind = isWord(code) ? 'word' : 'other';
    const reached = reading(place, kind);
    if (reached === null) return null;
    const following = new Set<number>();
    for (const index of reached) {
      const state = states[index]!;
      if (state.kind === 'characters' && state.accepts(code)) following.add(state.next);
    }
    return placeOf(
      [...following].sort((left, right) => left - right),
      kind,
    );
  }

  return (text) => {
    let place = placeOf([], 'edge');
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      let next = place.next[code];
      if (next === undefined) {
        next = step(place, code);
        if (code < 128) place.next[code] = next;
      }
      if (next === null) return true;
      place = next;
    }
    place.atEnd ??= reading(place, 'edge') === null;
    return place.atEnd;
  };
}

function holds(what: 'start' | 'end' | 'boundary' | 'no-boundary', before: Beside, after: Beside): boolean {
  if (what === 'start') return before === 'edge';
  if (what === 'end') return after === 'edge';
  const isBoundary = (before === 'word') !== (after === 'word');
  return isBoundary === (what === 'boundary');
}

function isWord(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || (code >= 0x61 && code <= 0x7a)
  );
}
