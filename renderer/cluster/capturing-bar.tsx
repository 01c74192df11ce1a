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
  const names = capturing.map(({ name }) => name);
  const pods = capturing.reduce((sum, cluster) => sum + cluster.pods, 0);
  return (
    <p className="capturing ellipsis" role="status" title={`Capturing plaintext in ${names.join(', ')}`}>
      <span className="dot" />
      <span className="ellipsis">
        Capturing plaintext in <b>{capturingText(names)}</b>
        <span className="capturing-pods"> · {plural(pods, 'pod')}</span>
        {/* Not read out each second. */}
        {until === null ? null : <span aria-live="off"> · {formatCountdown(until - now)} left</span>}
      </span>
      {first ? <ExtendMenu cluster={first} className="capturing-extend" /> : null}
    </p>
  );
}

/** Names as long as they leave room for the time that is left. */
function capturingText(names: readonly string[]): string {
  return names.length > 2 ? plural(names.length, 'cluster') : names.join(', ');
}

/** Of those that end by themselves, the one that ends first. */
function endsSooner(first: ClusterCard | null, cluster: ClusterCard): ClusterCard | null {
  if (cluster.until === null) return first;
  return first?.until != null && first.until <= cluster.until ? first : cluster;
}
