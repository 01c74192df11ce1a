import { Dialog } from 'radix-ui';
import type { Remainder } from '../../app/api/cluster-types.ts';
import type { ClusterCard } from '../../app/api/types.ts';
import { useClusterControl, useInspector } from '../state/inspector.ts';
import { plural } from '../ui/format.ts';
import { StepsList } from './steps-list.tsx';

const titles = { running: 'Switching off in', failed: 'Not switched off in', done: 'Off in' };

/** How switching off goes, and at its end what was looked for and whether it is gone. */
export function DisableSheet({ cluster }: { readonly cluster: ClusterCard }) {
  const { clusterControl } = useInspector();
  const switching = useClusterControl((state) => state.switching[cluster.id]);
  const off = switching?.to === 'off' ? switching : null;
  return (
    <>
      <header className="sheet-head">
        <Dialog.Title>
          {titles[off?.phase ?? 'done']} {cluster.name}
        </Dialog.Title>
      </header>
      <div className="sheet-message">
        {off?.phase === 'failed' ? (
          <p className="is-error" role="alert">
            {off.message}
          </p>
        ) : null}
        <StepsList steps={cluster.steps} />
        {off?.phase === 'done' ? <Proof remainder={off.remainder} /> : null}
      </div>
      <footer className="sheet-foot">
        <span className="muted ellipsis">{off?.phase === 'running' ? 'It goes on when this is closed.' : ''}</span>
        <span className="sheet-space" />
        {off?.phase === 'failed' || (off?.phase === 'done' && off.remainder.left.length > 0) ? (
          <button type="button" className="button" onClick={() => void clusterControl.disable(cluster.id)}>
            Try again
          </button>
        ) : null}
        <Dialog.Close className="button is-primary">Close</Dialog.Close>
      </footer>
    </>
  );
}

/** What was really looked up after the last object was removed. */
function Proof({ remainder: { looked, left } }: { readonly remainder: Remainder }) {
  return (
    <section className="proof" role="status">
      {left.length === 0 ? (
        <h3 className="is-ok">Nothing of ours is left.</h3>
      ) : (
        <>
          <h3 className="is-error">{plural(left.length, 'object')} of ours still there:</h3>
          <ul className="item-list data">
            {left.map((object) => (
              <li key={object}>{object}</li>
            ))}
          </ul>
        </>
      )}
      <p className="muted">Looked up afterwards, {plural(looked.length, 'place')}:</p>
      <ul className="item-list data">
        {looked.map((place) => (
          <li key={place}>{place}</li>
        ))}
      </ul>
    </section>
  );
}
