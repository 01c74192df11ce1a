import type { FlowDetail } from '../../app/api/types.ts';
import { MessageSide } from './message-side.tsx';
import { Note, ProblemItem } from './notes-tab.tsx';
import { Related } from './related.tsx';
import { TimeBars } from './time-bars.tsx';

/** Request and answer side by side, and where the time went. */
export function OverviewTab({ detail }: { readonly detail: FlowDetail }) {
  return (
    <div className="overview-tab">
      <MessageSide detail={detail} side="request" />
      <MessageSide detail={detail} side="answer" />
      <section className="message-side">
        <h3>Where the time went</h3>
        <TimeBars detail={detail} />
        {detail.notes.length + detail.problems.length > 0 ? (
          <>
            <h3 className="second">What happened</h3>
            <ul className="notes">
              {detail.notes.map((note) => (
                <Note key={note} text={note} />
              ))}
              {detail.problems.slice(0, 4).map((problem) => (
                <ProblemItem key={`${problem.code}${problem.range?.[0]}`} problem={problem} />
              ))}
            </ul>
          </>
        ) : null}
        <Related flow={detail.row} />
      </section>
    </div>
  );
}
