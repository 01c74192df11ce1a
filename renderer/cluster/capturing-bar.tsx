import type { ClusterCard } from '../../app/api/types.ts';
import { isCapturing } from '../state/engine-state.ts';
import { useEngine } from '../state/inspector.ts';
import { formatCountdown, plural } from '../ui/format.ts';
import { useNow } from '../ui/use-now.ts';
import { ExtendMenu } from './extend-menu.tsx';

/** Red, and there only while pods hand over plaintext. */
export function CapturingBar() {
  const clusters = useEngine((state) => state.clusters) ?? [];
  const capturing = clusters.filter(isCapturing);
  const first = capturing.reduce<ClusterCard | null>(endsSooner, null);
  const until = first?.until ?? null;
  const now = useNow(until !== null);
  if (capturing.length === 0) return null;
  const pods = capturing.reduce((sum, cluster) => sum + cluster.pods, 0);
  return (
    <p className="capturing ellipsis" role="status">
      <span className="dot" />
      <span className="ellipsis">
        Capturing plaintext in <b>{capturing.map(({ name }) => name).join(', ')}</b> · {plural(pods, 'pod')}
        {until === null ? '' : ` · ${formatCountdown(until - now)} left`}
      </span>
      {first ? <ExtendMenu cluster={first} className="capturing-extend" /> : null}
    </p>
  );
}

/** Of those that end by themselves, the one that ends first. */
function endsSooner(first: ClusterCard | null, cluster: ClusterCard): ClusterCard | null {
  if (cluster.until === null) return first;
  return first?.until != null && first.until <= cluster.until ? first : cluster;
}
