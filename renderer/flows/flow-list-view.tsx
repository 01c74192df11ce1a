import { ArrowDown, ArrowUp } from 'lucide-react';
import { isLive } from '../state/engine-state.ts';
import { useEngine, useInspector, useList } from '../state/inspector.ts';
import { newFlows, tailEdge } from '../state/tail.ts';
import { formatCount } from '../ui/format.ts';
import { CellMenu } from './cell-menu.tsx';
import { FlowTable } from './flow-table.tsx';
import { ListScreen } from './list-screen.tsx';
import './flow-list-view.css';

/** The list, what is said when there is nothing in it, and the pill that counts what came since its edge was left. */
export function FlowListView() {
  return (
    <section className="flow-list-view" aria-label="Flows">
      <CellMenu>
        <FlowTable />
      </CellMenu>
      <ListScreen />
      <NewFlowsPill />
    </section>
  );
}

function NewFlowsPill() {
  const { list } = useInspector();
  const tail = useList((state) => state.tail);
  const order = useList((state) => state.order);
  const edge = tailEdge(order);
  const live = useEngine(isLive);
  const count = newFlows(tail);
  // What is read from a file was there before.
  if (!live || count === 0 || edge === 'none') return null;
  return (
    <button type="button" className={`new-flows is-at-${edge}`} onClick={() => list.follow()}>
      {edge === 'bottom' ? <ArrowDown size={13} /> : <ArrowUp size={13} />} {formatCount(count)} new
      {tail.mode === 'paused' ? ' · paused' : ''}
    </button>
  );
}
