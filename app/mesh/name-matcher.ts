import { compilePattern } from '../filter/pattern.ts';
import { PatternError } from '../filter/pattern-syntax.ts';

/** Whether a name is one of those that were given. */
export type NameMatcher = (name: string) => boolean;

/** Flags at its beginning, as RE2 has them. But for `i` they change nothing where a name of one line is matched whole. */
const flagsOf = /^\(\?([imsU]+)\)/;

/**
 * Matches whole names against names and regular expressions, as `dont-capture-me-.*` and `capture-me-not`: an expression
 * has to match from the first letter to the last. Letter case matters unless it begins with `(?i)`.
 *
 * @throws PatternError
 */
export function createNameMatcher(specifiers: readonly string[]): NameMatcher {
  const patterns = specifiers.map((specifier) => {
    const [flags = '', letters = ''] = flagsOf.exec(specifier) ?? [];
    const own = specifier.slice(flags.length);
    return compilePattern(`(?${letters.includes('i') ? '' : '-'}i)^(?:${own})$`);
  });
  return (name) => patterns.some((matches) => matches(name));
}

/** What is wrong with a name or regular expression, as a sentence; '' when nothing is. */
export function excludeProblem(specifier: string): string {
  if (specifier.trim() === '') return 'An empty text names nothing.';
  try {
    // By itself first, so that an unbalanced bracket does not find its partner in what is put around it.
    compilePattern(specifier.replace(flagsOf, ''));
    createNameMatcher([specifier]);
    return '';
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return `${specifier} is neither a name nor a regular expression: ${error.message}`;
  }
}
