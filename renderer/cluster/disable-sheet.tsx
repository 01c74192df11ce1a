import { Dialog } from 'radix-ui';
import type { Remainder } from '../../app/api/cluster-types.ts';
import type { ClusterCard } from '../../app/api/types.ts';
import { useClusterControl, useInspector } from '../state/inspector.ts';
import { plural } from '../ui/format.ts';
import { OffChoice } from './off-choice.tsx';
import { StepsList } from './steps-list.tsx';

const titles = { running: 'Switching off in', failed: 'Not switched off in', done: 'Off in' };

/** What there is to choose before switching off, how it goes, and at its end what was looked for and whether it is gone. */
export function DisableSheet({ cluster }: { readonly cluster: ClusterCard }) {
  const { clusterControl } = useInspector();
  const switching = useClusterControl((state) => state.switching[cluster.id]);
  const off = switching?.to === 'off' ? switching : null;
  if (!off && cluster.state !== 'disabling') return <OffChoice cluster={cluster} />;
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
        <StepsList steps={cluster.steps} said={off?.phase === 'failed' ? off.message : ''} />
        {off?.phase === 'done' ? <Proof remainder={off.remainder} /> : null}
      </div>
      <footer className="sheet-foot">
        <span className="muted ellipsis">{off?.phase === 'running' ? 'It goes on when this is closed.' : ''}</span>
        <span className="sheet-space" />
        {off?.phase === 'failed' || (off?.phase === 'done' && off.remainder.left.length > 0) ? (
          <button type="button" className="button" onClick={() => void clusterControl.disable(cluster.id, off.slot)}>
            Try again
          </button>
        ) : null}
        <Dialog.Close className="button is-primary">Close</Dialog.Close>
      </footer>
    </>
  );
}

/** What was really looked up after the last object was removed. */
function Proof({ remainder: { looked, left, kept, spared } }: { readonly remainder: Remainder }) {
  return (
    <section className="proof" role="status">
      {left.length > 0 ? (
        <>
          <h3 className="is-error">{plural(left.length, 'object')} of ours still there:</h3>
          <ObjectList objects={left} />
        </>
      ) : null}
      {kept.length > 0 ? (
        <>
          <h3 className={left.length === 0 ? 'is-ok' : ''}>Nothing captures. The slot was left in place, idle:</h3>
          <ObjectList objects={kept} />
        </>
      ) : null}
      {left.length === 0 && kept.length === 0 ? (
        <h3 className="is-ok">Nothing {spared.length === 0 ? '' : 'else '}of ours is left.</h3>
      ) : null}
      {spared.length > 0 ? (
        <>
          <h3>Left, since others use it:</h3>
          <ObjectList objects={spared} />
        </>
      ) : null}
      <p className="muted">Looked up afterwards, {plural(looked.length, 'place')}:</p>
      <ul className="item-list data">
        {looked.map((place) => (
          <li key={place}>{place}</li>
        ))}
      </ul>
    </section>
  );
}

function ObjectList({ objects }: { readonly objects: readonly string[] }) {
  return (
    <ul className="item-list data">
      {objects.map((object) => (
        <li key={object}>{object}</li>
      ))}
    </ul>
  );
}
