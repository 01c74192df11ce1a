import { Check, CircleDashed, LoaderCircle, Undo2, X } from 'lucide-react';
import type { Step } from '../../app/api/cluster-types.ts';
import { formatDuration } from '../ui/format.ts';

const marks: Record<Step['state'], React.ReactNode> = {
  waiting: <CircleDashed size={14} className="faint" aria-label="Waiting" />,
  running: <LoaderCircle size={14} className="is-turning is-warning" aria-label="Running" />,
  done: <Check size={14} className="is-ok" aria-label="Done" />,
  failed: <X size={14} className="is-error" aria-label="Failed" />,
  undone: <Undo2 size={14} className="is-warning" aria-label="Undone" />,
};

interface Props {
  readonly steps: readonly Step[];
  /** The sentence of the failed step that stands above the list already, and is not repeated in it; ''. */
  readonly said: string;
}

/** How switching on or off goes, step by step. */
export function StepsList({ steps, said }: Props) {
  return (
    <ol className="steps" aria-label="Steps" aria-live="polite">
      {steps.map((step) => (
        <li key={step.name} data-state={step.state} className={step.state === 'waiting' ? 'faint' : ''}>
          {marks[step.state]}
          <div>
            {step.name} <span className="muted">{unsaidDetail(step, said)}</span>
          </div>
          <span className="data faint">{step.milliseconds > 0 ? formatDuration(step.milliseconds) : ''}</span>
        </li>
      ))}
    </ol>
  );
}

/** What a step has to say that was not `said` already. */
export function unsaidDetail({ detail, state }: Pick<Step, 'detail' | 'state'>, said: string): string {
  return state === 'failed' && detail !== '' && said.includes(detail) ? '' : detail;
}

/** The step that is going on, with its place: `3 of 7 · aggregator on every node`; '' when none is. */
export function currentStep(steps: readonly Step[]): string {
  const at = steps.findIndex(({ state }) => state === 'running');
  return at === -1 ? '' : `${at + 1} of ${steps.length} · ${steps[at]!.name}`;
}
