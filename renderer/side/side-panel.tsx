import { ClusterPanel } from '../cluster/cluster-panel.tsx';
import { useInspector } from '../state/inspector.ts';
import { Key } from '../ui/key.tsx';
import { PartBoundary } from '../ui/part-boundary.tsx';
import { SavedFilterList } from './saved-filter-list.tsx';
import { SessionList } from './session-list.tsx';
import './side-panel.css';

/** The left side: clusters, sessions, saved filters, and the way to open a capture file. */
export function SidePanel() {
  const { commands, platform } = useInspector();
  return (
    <nav className="side-panel" aria-label="Clusters, sessions and filters">
      <div className="side-sections">
        <PartBoundary part="The panel of clusters">
          <ClusterPanel />
        </PartBoundary>
        <PartBoundary part="The list of sessions">
          <SessionList />
        </PartBoundary>
        <PartBoundary part="The list of saved filters">
          <SavedFilterList />
        </PartBoundary>
      </div>
      <button type="button" className="button side-open" onClick={() => void commands.openCapture()}>
        Open capture… <Key keys={[platform.modifier, 'O']} />
      </button>
    </nav>
  );
}
