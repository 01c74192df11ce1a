import { useEngine } from '../state/inspector.ts';
import { PartBoundary } from '../ui/part-boundary.tsx';
import { ClusterCardView } from './cluster-card.tsx';
import './cluster-panel.css';

/** A card for each cluster. */
export function ClusterPanel() {
  const clusters = useEngine((state) => state.clusters);
  return (
    <section aria-labelledby="clusters-title">
      <h2 className="panel-title" id="clusters-title">
        Clusters
      </h2>
      <ul>
        {clusters?.map((cluster) => (
          <PartBoundary key={cluster.id} part={`The card of ${cluster.name}`}>
            <ClusterCardView cluster={cluster} />
          </PartBoundary>
        ))}
      </ul>
    </section>
  );
}
