import { useEngine, useInspector } from '../state/inspector.ts';
import { Key } from '../ui/key.tsx';
import { PartBoundary } from '../ui/part-boundary.tsx';
import { ClusterCardView } from './cluster-card.tsx';
import './cluster-panel.css';

/** Clusters at the left, and the way to open a capture file. */
export function ClusterPanel() {
  const { commands, platform } = useInspector();
  const clusters = useEngine((state) => state.clusters);
  return (
    <nav className="cluster-panel" aria-label="Clusters">
      <h2 className="panel-title">Clusters</h2>
      <ul className="cluster-list">
        {clusters?.map((cluster) => (
          <PartBoundary key={cluster.id} part={`The card of ${cluster.name}`}>
            <ClusterCardView cluster={cluster} />
          </PartBoundary>
        ))}
      </ul>
      <button type="button" className="button cluster-open" onClick={() => void commands.openCapture()}>
        Open capture… <Key keys={[platform.modifier, 'O']} />
      </button>
    </nav>
  );
}
