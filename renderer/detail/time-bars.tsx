import type { FlowDetail } from '../../app/api/types.ts';
import { timeShares } from './time-shares.ts';

export function TimeBars({ detail }: { readonly detail: FlowDetail }) {
  return (
    <div className="time-bars">
      {timeShares(detail).map((share) => (
        <div key={share.label} className="time-bar">
          <span className={share.length === 0 ? 'faint' : ''}>{share.label}</span>
          <span className="time-track">
            <span
              className={`time-fill time-${share.kind}`}
              style={{ left: `${share.from * 100}%`, width: `${Math.min(share.length, 1 - share.from) * 100}%` }}
            />
          </span>
          <span className="data muted">{share.text}</span>
        </div>
      ))}
    </div>
  );
}
