import { Dialog } from 'radix-ui';
import { useEffect, useState } from 'react';
import type { DisablePlan } from '../../app/api/cluster-types.ts';
import type { ClusterCard } from '../../app/api/types.ts';
import type { SlotChoice } from '../../app/mesh/capture-options.ts';
import { useInspector } from '../state/inspector.ts';
import { messageOf } from '../transport/engine-error.ts';
import { ReleaseChange } from './release-change.tsx';

/** What becomes of the slot when capture is switched off, with what each choice does to connections that are open. */
export function SlotChoiceForm({ cluster }: { readonly cluster: ClusterCard }) {
  const { client, clusterControl } = useInspector();
  const [plan, setPlan] = useState<DisablePlan | null>(null);
  const [message, setMessage] = useState('');
  const [chosen, setChosen] = useState<SlotChoice | null>(null);
  // The slot alone is there when nothing captures: all that can be done is to take it out.
  const capturing = cluster.state !== 'off';
  const slot = capturing ? (chosen ?? plan?.slot ?? 'remove') : 'remove';

  useEffect(() => {
    let current = true;
    client.request('clusters.disablePlan', { id: cluster.id }).then(
      (answer) => current && setPlan(answer),
      (error: unknown) => current && setMessage(messageOf(error)),
    );
    return () => {
      current = false;
    };
  }, [client, cluster.id]);

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void clusterControl.disable(cluster.id, slot);
      }}
    >
      <header className="sheet-head">
        <Dialog.Title>
          {capturing || plan?.values ? 'Switch off in' : 'Take the slot out of'} {cluster.name}
        </Dialog.Title>
      </header>
      <div className="sheet-message">
        {message ? <p className="is-warning">{message}</p> : null}
        {!plan && !message ? (
          <p className="muted" role="status">
            Looking at what is there…
          </p>
        ) : null}
        {plan && plan.slotObjects.length > 0 ? (
          <fieldset className="slot-choices">
            <legend className="visually-hidden">What becomes of the slot</legend>
            <Choice value="remove" title="Take the slot out of the proxies" slot={slot} onChoose={setChosen}>
              {plan.connections.map((sentence) => (
                <p key={sentence}>{sentence}</p>
              ))}
              <p>Nothing of ours is left in the cluster.</p>
            </Choice>
            {capturing ? (
              <Choice value="keep" title="Leave it in place, idle" slot={slot} onChoose={setChosen}>
                <p>
                  No connection is closed, now or when capture is switched on again, which sees open connections at
                  once.
                </p>
                <p>Nothing captures. These stay until they are taken out:</p>
                <ul className="item-list data">
                  {plan.slotObjects.map((object) => (
                    <li key={object}>{object}</li>
                  ))}
                </ul>
              </Choice>
            ) : null}
          </fieldset>
        ) : null}
        {plan?.values ? <ReleaseChange values={plan.values} uninstall={plan.uninstall ?? []} /> : null}
        {plan?.slotObjects.length === 0 && !plan.values ? <p>Everything of ours is removed from the cluster.</p> : null}
      </div>
      <footer className="sheet-foot">
        <span className="sheet-space" />
        {plan?.uninstall ? (
          <button type="button" className="button" onClick={() => void clusterControl.uninstall(cluster.id)}>
            Uninstall all of it
          </button>
        ) : null}
        <Dialog.Close className="button">Cancel</Dialog.Close>
        {/* One more key press switches off. */}
        {/* biome-ignore lint/a11y/noAutofocus: the dialog takes the focus in any case */}
        <button type="submit" className="button is-primary" autoFocus>
          {capturing || plan?.values ? 'Switch off' : 'Take it out'}
        </button>
      </footer>
    </form>
  );
}

function Choice({
  value,
  title,
  slot,
  onChoose,
  children,
}: {
  readonly value: SlotChoice;
  readonly title: string;
  readonly slot: SlotChoice;
  onChoose(value: SlotChoice): void;
  readonly children: React.ReactNode;
}) {
  return (
    <div className="slot-choice">
      <label>
        <input type="radio" name="slot" value={value} checked={slot === value} onChange={() => onChoose(value)} />
        {title}
      </label>
      <div className="muted">{children}</div>
    </div>
  );
}
