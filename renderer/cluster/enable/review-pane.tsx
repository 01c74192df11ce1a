import type { Step } from '../../../app/api/cluster-types.ts';
import { StepsList } from '../steps-list.tsx';
import { Checks } from './checks.tsx';
import { PlanView } from './plan-view.tsx';
import type { Review } from './use-review.ts';

interface Props {
  readonly review: Review;
  /** What is missing in the choice; ''. */
  readonly problem: string;
  /** While it is switched on, and after that failed; null before. */
  readonly steps: readonly Step[] | null;
  /** Why switching on failed; ''. */
  readonly failure: string;
  readonly yamlShown: boolean;
  onAskAgain(): void;
  onLabel(namespace: string): void;
  onBack(): void;
}

/** What the cluster says to the choice; then how switching on goes. */
export function ReviewPane({ review, problem, steps, failure, yamlShown, onAskAgain, onLabel, onBack }: Props) {
  const { preflight, plan, checking, message } = review;
  if (steps) {
    return (
      <section className="review" aria-label="Progress">
        <h3 className="panel-title">{failure ? 'It was not switched on' : 'Switching on'}</h3>
        {failure ? null : (
          <progress
            className="review-progress"
            aria-label="Steps done"
            max={Math.max(1, steps.length)}
            value={steps.filter(({ state }) => state === 'done').length}
          />
        )}
        {failure ? (
          <div className="review-failure">
            <p className="is-error" role="alert">
              {failure}
            </p>
            <button type="button" className="button" onClick={onBack}>
              Back to the plan
            </button>
          </div>
        ) : null}
        <StepsList steps={steps} said={failure} />
      </section>
    );
  }
  if (yamlShown && plan) {
    return (
      <section className="review" aria-label="YAML">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long text has to be scrolled by keys */}
        <pre className="plan-yaml data" tabIndex={0}>
          {plan.yaml}
        </pre>
      </section>
    );
  }
  if (problem) {
    return (
      <section className="review" aria-label="Review">
        <p className="review-empty muted" role="status">
          {problem} <span className="faint">Then the cluster is asked what that would do.</span>
        </p>
      </section>
    );
  }
  return (
    <section className="review" aria-label="Review" aria-busy={checking}>
      {message ? (
        <div className="review-failure">
          <p className="is-error" role="alert">
            {message}
          </p>
          <button type="button" className="button" onClick={onAskAgain}>
            Ask again
          </button>
        </div>
      ) : null}
      {preflight ? (
        <>
          <div className="review-title">
            <h3 className="panel-title">Ready?</h3>
            <span className="faint" role="status">
              {checking ? 'asking the cluster…' : ''}
            </span>
            {checking || preflight.ready ? null : (
              <button type="button" className="text-button" onClick={onAskAgain}>
                Ask again
              </button>
            )}
          </div>
          <Checks checks={preflight.checks} onLabel={onLabel} />
        </>
      ) : checking ? (
        <p className="muted" role="status">
          Asking the cluster…
        </p>
      ) : null}
      {plan ? <PlanView plan={plan} /> : null}
    </section>
  );
}
