import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { FlowDetail } from '../../app/api/types.ts';
import type { Problem, Severity } from '../../app/model/problem.ts';

/** What happened in sentences, and everything that was wrong or remarkable in what was decoded. */
export function NotesTab({ detail }: { readonly detail: FlowDetail }) {
  if (detail.notes.length + detail.problems.length === 0) {
    return <p className="muted tab-padding">Nothing to note: everything was captured and decoded.</p>;
  }
  return (
    <ul className="notes tab-padding">
      {detail.notes.map((note) => (
        <Note key={note} text={note} />
      ))}
      {detail.problems.map((problem, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: problems have no identity and are never reordered
        <ProblemItem key={index} problem={problem} />
      ))}
    </ul>
  );
}

export function Note({ text }: { readonly text: string }) {
  return (
    <li className="note">
      <Info size={14} className="muted" aria-hidden="true" />
      <span>{text}</span>
    </li>
  );
}

const icons = { note: Info, warning: TriangleAlert, error: CircleAlert } as const;
const classes: Record<Severity, string> = { note: 'muted', warning: 'is-warning', error: 'is-error' };

export function ProblemItem({ problem }: { readonly problem: Problem }) {
  const Icon = icons[problem.severity];
  return (
    <li className="note">
      <Icon size={14} className={classes[problem.severity]} aria-label={problem.severity} />
      <span>
        {problem.text}{' '}
        <span className="faint data">
          {problem.code}
          {problem.range ? ` · bytes ${problem.range[0]} to ${problem.range[0] + problem.range[1]}` : ''}
        </span>
      </span>
    </li>
  );
}
