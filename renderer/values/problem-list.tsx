import { Check, CircleAlert } from 'lucide-react';
import type { ValuesProblem } from '../../app/mesh/values-document.ts';
import { plural } from '../ui/format.ts';

interface Props {
  readonly problems: readonly ValuesProblem[];
  onGoTo(line: number): void;
}

/** All that is wrong with a file that is not empty, by lines; each leads to its line. */
export function ProblemList({ problems, onGoTo }: Props) {
  if (problems.length === 0) {
    return (
      <p className="values-problems muted" role="status">
        <Check size={14} className="is-ok" /> Nothing is wrong.
      </p>
    );
  }
  return (
    <section className="values-problems" aria-label={plural(problems.length, 'problem')}>
      <ul>
        {problems.map(({ line, message }) => (
          <li key={`${line} ${message}`}>
            <CircleAlert size={14} className="is-error" aria-hidden="true" />
            <button type="button" className="text-button" onClick={() => onGoTo(line)}>
              line {line}
            </button>
            <span>{message}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
