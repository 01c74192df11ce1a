import { Dialog } from 'radix-ui';
import { useState } from 'react';
import type { DisablePlan } from '../../app/api/cluster-types.ts';
import type { ClusterCard } from '../../app/api/types.ts';
import type { SlotChoice } from '../../app/mesh/capture-options.ts';
import { useInspector } from '../state/inspector.ts';

/** What becomes of the slot when capture is switched off, with what each choice does to connections that are open. */
export function SlotChoiceForm({ cluster, plan }: { readonly cluster: ClusterCard; readonly plan: DisablePlan }) {
  const { clusterControl } = useInspector();
  const [chosen, setChosen] = useState<SlotChoice | null>(null);
  // The slot alone is there when nothing captures: all that can be done is to take it out.
  const capturing = cluster.state !== 'off';
  const [title, button] = capturing
    ? ['Switch off in', 'Switch off']
    : plan.slotObjects.length > 0
      ? ['Take the slot out of', 'Take it out']
      : ['Uninstall from', 'Uninstall'];
  const slot = capturing ? (chosen ?? plan.slot) : 'remove';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void clusterControl.disable(cluster.id, slot);
      }}
    >
      <header className="sheet-head">
        <Dialog.Title>
          {title} {cluster.name}
        </Dialog.Title>
      </header>
      <div className="sheet-message">
        {plan.slotObjects.length > 0 ? (
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
        ) : (
          <p>Everything of ours is removed from the cluster.</p>
        )}
      </div>
      <footer className="sheet-foot">
        <span className="sheet-space" />
        <Dialog.Close className="button">Cancel</Dialog.Close>
        {/* One more key press switches off. */}
        {/* biome-ignore lint/a11y/noAutofocus: the dialog takes the focus in any case */}
        <button type="submit" className="button is-primary" autoFocus>
          {button}
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
