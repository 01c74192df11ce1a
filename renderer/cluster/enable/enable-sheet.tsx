import { Dialog } from 'radix-ui';
import { useEffect, useState } from 'react';
import type { Result } from '../../../app/api/contract.ts';
import type { ClusterCard } from '../../../app/api/types.ts';
import { useInspector } from '../../state/inspector.ts';
import { messageOf } from '../../transport/engine-error.ts';
import { ChoiceSheet } from './choice-sheet.tsx';

/** The sheet behind a cluster's switch: what to capture at the left, what the cluster says to it at the right. */
export function EnableSheet({ cluster }: { readonly cluster: ClusterCard }) {
  const { client } = useInspector();
  const [loaded, setLoaded] = useState<Result<'clusters.inventory'> | null>(null);
  const [message, setMessage] = useState('');
  const [round, setRound] = useState(0);

  // `round` grows when it is to be asked once more.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    let current = true;
    setMessage('');
    client.request('clusters.inventory', { id: cluster.id }).then(
      (answer) => current && setLoaded(answer),
      (error: unknown) => current && setMessage(messageOf(error)),
    );
    return () => {
      current = false;
    };
  }, [client, cluster.id, round]);

  if (loaded) return <ChoiceSheet cluster={cluster} {...loaded} />;
  return (
    <>
      <header className="sheet-head">
        <Dialog.Title>Capture in {cluster.name}</Dialog.Title>
      </header>
      <div className="sheet-message">
        {message ? (
          <p className="is-error" role="alert">
            {message}
          </p>
        ) : (
          <p className="muted" role="status">
            Looking at what there is to capture…
          </p>
        )}
      </div>
      <footer className="sheet-foot">
        <span className="sheet-space" />
        <Dialog.Close className="button">Cancel</Dialog.Close>
        {message ? (
          <button type="button" className="button is-primary" onClick={() => setRound(round + 1)}>
            Try again
          </button>
        ) : null}
      </footer>
    </>
  );
}
