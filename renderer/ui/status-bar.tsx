import type { ClusterCard } from '../../app/api/types.ts';
import { isCapturing, isLive } from '../state/engine-state.ts';
import { useEngine, useInspector, useList } from '../state/inspector.ts';
import { newFlows, tailEdge } from '../state/tail.ts';
import type { ConnectionStatus } from '../transport/engine-client.ts';
import { formatBytes, formatCount, plural } from './format.ts';
import { SessionProblems } from './session-problems.tsx';
import './status-bar.css';

/** Connection, flows, loss, the session on disk, memory, and what the live tail does. */
export function StatusBar() {
  const { commands } = useInspector();
  const connection = useEngine((state) => state.connection);
  const clusters = useEngine((state) => state.clusters) ?? [];
  const session = useEngine((state) => state.session);
  const total = useList((state) => state.changed.total);
  const open = useList((state) => state.changed.open);
  const lost = clusters.reduce((sum, cluster) => sum + cluster.lost, 0);
  const receiving = clusters.filter((cluster) => cluster.connection.state === 'connected');
  return (
    <footer className="status-bar">
      <span
        className={`status-connection ellipsis${connection.phase === 'connected' ? '' : ' is-warning'}`}
        title={connectionText(connection, receiving)}
      >
        <span className="dot" />
        {connectionText(connection, receiving)}
      </span>
      <span>
        {plural(total, 'flow')}
        {open > 0 ? `, ${formatCount(open)} open` : ''}
      </span>
      <span className={lost > 0 ? 'is-warning' : ''}>{formatCount(lost)} lost</span>
      <SessionProblems problems={session?.problems ?? []} />
      <span className="status-space" />
      {session ? (
        <>
          <button
            type="button"
            className="status-button"
            title={`Copy the path: ${session.path}`}
            onClick={() => commands.copy(session.path, 'Path')}
          >
            session {formatBytes(session.bytes)} on disk
          </button>
          <span className="status-memory">{formatBytes(session.memory)} memory</span>
        </>
      ) : null}
      <FollowState />
      <TailState />
    </footer>
  );
}

function connectionText({ phase }: ConnectionStatus, receiving: readonly ClusterCard[]): string {
  if (phase !== 'connected') return phase === 'connecting' ? 'connecting to the engine' : 'engine lost, trying again';
  return receiving.length > 0 ? `${receiving.map(({ name }) => name).join(', ')} connected` : 'no cluster connected';
}

/** Whether the file that is shown is followed as it grows, and the switch for it. */
function FollowState() {
  const { commands } = useInspector();
  const session = useEngine((state) => state.session);
  if (!session?.canFollow) return null;
  const { reading, path, name } = session;
  if (reading && !reading.follows) return null;
  return reading ? (
    <span>
      Following {name}, {formatBytes(reading.done)}{' '}
      <button type="button" className="status-button status-action" onClick={() => void commands.cancelOpen()}>
        Stop
      </button>
    </span>
  ) : (
    <button
      type="button"
      className="status-button status-action"
      title="Keep reading as the file grows"
      onClick={() => void commands.follow(path)}
    >
      Follow the file
    </button>
  );
}

function TailState() {
  const text = useTailText();
  const paused = useList((state) => state.tail.mode === 'paused');
  return (
    <span className={`ellipsis${paused ? ' is-warning' : ''}`} title={text}>
      {text}
    </span>
  );
}

function useTailText(): string {
  const tail = useList((state) => state.tail);
  const order = useList((state) => state.order);
  const live = useEngine(isLive);
  const capturing = useEngine((state) => state.clusters?.some(isCapturing) ?? false);
  if (tail.mode === 'paused') return 'Paused, recording goes on · Space draws again';
  if (!live) return capturing ? 'What is captured is not shown in this session' : 'Not capturing';
  const edge = tailEdge(order);
  if (edge === 'none') return `Sorted by ${order.column}: no live tail`;
  if (tail.mode === 'following') return 'Live tail on · Space pauses drawing, never recording';
  const count = newFlows(tail);
  return `Live tail off${count > 0 ? ` · ${formatCount(count)} new` : ''} · ${edge === 'bottom' ? 'End' : 'Home'} follows again`;
}
