import { useState } from 'react';
import type { CapturePlan, PlannedObject } from '../../../app/api/cluster-types.ts';
import { plural } from '../../ui/format.ts';
import { type PlanLine, planLines } from './plan-lines.ts';

const signs: Record<PlannedObject['action'], { sign: string; words: string; className: string }> = {
  create: { sign: '+', words: 'made', className: 'is-ok' },
  change: { sign: '~', words: 'changed', className: 'is-warning' },
  same: { sign: '=', words: 'already there', className: 'faint' },
  foreign: { sign: '!', words: 'in the way, not ours', className: 'is-error' },
};

/** The pods that would be seen, what happens to connections that are open, and the objects that would be made. */
export function PlanView({ plan }: { readonly plan: CapturePlan }) {
  const refused = plan.objects.filter(({ problem }) => problem !== '').length;
  return (
    <>
      <h3 className="panel-title">What it does</h3>
      <p className="plan-pods">
        <PodList title={plural(plan.pods.length, 'pod')} rest="will be seen" pods={plan.pods} />
        {plan.excluded.length > 0 ? (
          <PodList title={plural(plan.excluded.length, 'pod')} rest="excluded by name" pods={plan.excluded} />
        ) : null}
        {plan.withoutSidecar.length > 0 ? (
          <PodList
            title={plural(plan.withoutSidecar.length, 'pod')}
            rest="without a sidecar: not seen"
            pods={plan.withoutSidecar}
          />
        ) : null}
      </p>
      {plan.connections.length > 0 ? (
        <div className="plan-box" role="note" aria-label="Open connections">
          {plan.connections.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </div>
      ) : null}
      {plan.values && plan.values.length > 0 ? (
        <>
          <h3 className="panel-title">Values of the release that change</h3>
          <ul className="item-list plan-values data">
            {plan.values.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      ) : null}
      <h3 className="panel-title">This will be created, and removed again</h3>
      {refused > 0 ? (
        <p className="plan-refused is-error" role="alert">
          The API server would refuse {plural(refused, 'object')}: nothing can be made like this.
        </p>
      ) : null}
      <ul className="plan data">
        {planLines(plan.objects).map((line) => (
          <PlanLineView key={`${line.action} ${line.title} ${line.namespace}`} line={line} />
        ))}
      </ul>
    </>
  );
}

function PlanLineView({ line }: { readonly line: PlanLine }) {
  const refused = { sign: '!', words: 'refused', className: 'is-error' };
  const { sign, words, className } = line.problem ? refused : signs[line.action];
  return (
    <li>
      <span className={className} title={words}>
        {sign}
        <span className="visually-hidden"> {words}: </span>
      </span>
      <div>
        {line.title} <span className="faint">{line.namespace}</span> <span className="muted">{line.purpose}</span>
        {line.problem ? <p className="is-error">{line.problem}</p> : null}
        {line.differences.map((difference) => (
          <p key={difference} className="muted">
            {difference}
          </p>
        ))}
      </div>
    </li>
  );
}

function PodList({
  title,
  rest,
  pods,
}: {
  readonly title: string;
  readonly rest: string;
  readonly pods: readonly string[];
}) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <span className="pod-count">
        <button type="button" className="text-button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {title}
        </button>{' '}
        <span className="muted">{rest}</span>
      </span>
      {open ? <span className="item-list data">{pods.join('\n')}</span> : null}
    </>
  );
}
