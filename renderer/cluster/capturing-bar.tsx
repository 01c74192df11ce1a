import { isCapturing } from '../state/engine-state.ts';
import { useEngine } from '../state/inspector.ts';
import { formatCountdown, plural } from '../ui/format.ts';
import { useNow } from '../ui/use-now.ts';

/** Red, and there only while pods hand over plaintext. */
export function CapturingBar() {
  const clusters = useEngine((state) => state.clusters) ?? [];
  const capturing = clusters.filter(isCapturing);
  const ends = capturing.flatMap(({ until }) => (until === null ? [] : [until]));
  const now = useNow(ends.length > 0);
  if (capturing.length === 0) return null;
  const pods = capturing.reduce((sum, cluster) => sum + cluster.pods, 0);
  return (
    <p className="capturing ellipsis" role="status">
      <span className="dot" />
      <span className="ellipsis">
        Capturing plaintext in <b>{capturing.map(({ name }) => name).join(', ')}</b> · {plural(pods, 'pod')}
        {ends.length > 0 ? ` · ${formatCountdown(Math.min(...ends) - now)} left` : ''}
      </span>
    </p>
  );
}
