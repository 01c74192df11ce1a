import type { FlowDetail, ObservationDetail } from '../../app/api/types.ts';
import { formatDateTime, formatDuration } from '../ui/format.ts';
import { TimeBars } from './time-bars.tsx';
import { clockDifference } from './time-shares.ts';

const vantageNames = { consumer: "Consumer's sidecar", producer: "Producer's sidecar", wire: 'On the wire' } as const;

const points = [
  ['request began', 'requestStart'],
  ['request ended', 'requestEnd'],
  ['answer began', 'answerStart'],
  ['answer ended', 'answerEnd'],
] as const;

/** The four points in time of a call by each clock that saw it. */
export function TimingTab({ detail }: { readonly detail: FlowDetail }) {
  const difference = clockDifference(detail);
  return (
    <div className="two-columns">
      <section className="message-side">
        <table className="timing data">
          <thead>
            <tr>
              <th scope="col">Point</th>
              {detail.observations.map((seen) => (
                <th scope="col" key={seen.vantage}>
                  {vantageNames[seen.vantage]}
                  <span className="faint"> {seen.pod?.pod ?? ''}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {points.map(([title, point]) => (
              <tr key={point}>
                <th scope="row">{title}</th>
                {detail.observations.map((seen) => (
                  <td key={seen.vantage}>
                    <Point seen={seen} time={seen[point]} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {difference === null ? null : (
          <p className="muted">
            Taking both ways through the network as equally long, the producer's clock is{' '}
            {formatDuration(Math.abs(difference))} {difference >= 0 ? 'ahead of' : 'behind'} the consumer's.
          </p>
        )}
      </section>
      <section className="message-side">
        <h3>Where the time went</h3>
        <TimeBars detail={detail} />
      </section>
    </div>
  );
}

function Point({ seen, time }: { readonly seen: ObservationDetail; readonly time: number | null }) {
  if (time === null) return <span className="faint">not seen</span>;
  const since = seen.requestStart === null ? null : time - seen.requestStart;
  return (
    <>
      {formatDateTime(time)}
      {since === null || since === 0 ? null : <span className="faint"> +{formatDuration(since)}</span>}
    </>
  );
}
