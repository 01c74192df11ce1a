import { Dialog } from 'radix-ui';
import { useEffect, useState } from 'react';
import type { DisablePlan } from '../../app/api/cluster-types.ts';
import type { ClusterCard } from '../../app/api/types.ts';
import { useInspector } from '../state/inspector.ts';
import { messageOf } from '../transport/engine-error.ts';
import { ReleaseOffForm } from './release-off.tsx';
import { SlotChoiceForm } from './slot-choice.tsx';

/** What there is to choose before switching off: asked of the cluster. */
export function OffChoice({ cluster }: { readonly cluster: ClusterCard }) {
  const { client, clusterControl } = useInspector();
  const [plan, setPlan] = useState<DisablePlan | null>(null);
  const [message, setMessage] = useState('');
  const [round, setRound] = useState(0);

  // `round` grows when it is to be asked once more.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    let current = true;
    setMessage('');
    client.request('clusters.disablePlan', { id: cluster.id }).then(
      (answer) => current && setPlan(answer),
      (error: unknown) => current && setMessage(messageOf(error)),
    );
    return () => {
      current = false;
    };
  }, [client, cluster.id, round]);

  const capturing = cluster.state !== 'off';
  const askAgain = () => setRound((before) => before + 1);
  if (plan?.release) return <ReleaseOffForm cluster={cluster} release={plan.release} onChart={askAgain} />;
  if (plan) return <SlotChoiceForm cluster={cluster} plan={plan} />;
  return (
    <>
      <header className="sheet-head">
        <Dialog.Title>
          {capturing ? 'Switch off in' : 'Uninstall from'} {cluster.name}
        </Dialog.Title>
      </header>
      <div className="sheet-message">
        {message ? (
          <p className="is-warning" role="alert">
            {message}
          </p>
        ) : (
          <p className="muted" role="status">
            Looking at what is there…
          </p>
        )}
      </div>
      <footer className="sheet-foot">
        {message ? (
          <button type="button" className="button" onClick={askAgain}>
            Look again
          </button>
        ) : null}
        <span className="sheet-space" />
        <Dialog.Close className="button">Cancel</Dialog.Close>
        {/* What cannot be looked at, or not yet, can be switched off all the same: one more key press does it. */}
        {capturing ? (
          <button
            type="button"
            className="button is-primary"
            // biome-ignore lint/a11y/noAutofocus: the dialog takes the focus in any case
            autoFocus
            onClick={() => void clusterControl.disable(cluster.id, 'remove')}
          >
            Switch off
          </button>
        ) : null}
      </footer>
    </>
  );
}
