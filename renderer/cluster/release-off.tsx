import { Dialog } from 'radix-ui';
import type { ReleaseOff } from '../../app/api/cluster-types.ts';
import type { ClusterCard } from '../../app/api/types.ts';
import { useInspector } from '../state/inspector.ts';
import { ChartField } from './chart-field.tsx';

interface Props {
  readonly cluster: ClusterCard;
  readonly release: ReleaseOff;
  /** Another chart was named: what can be done may be another. */
  onChart(): void;
}

/** What switching off does to the release of an Aspen Mesh; what uninstalling does beyond it, also while it is off. */
export function ReleaseOffForm({ cluster, release, onChart }: Props) {
  const { clusterControl } = useInspector();
  const { values, chart, chartPath, chartProblem, uninstall, found } = release;
  const isOff = cluster.state === 'off';
  const isEnabled = values.length > 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isOff) void clusterControl.uninstall(cluster.id);
        else void clusterControl.disable(cluster.id, 'remove');
      }}
    >
      <header className="sheet-head">
        <Dialog.Title>
          {isOff ? 'Uninstall from' : 'Switch off in'} {cluster.name}
        </Dialog.Title>
      </header>
      <div className="sheet-message release-off">
        {isEnabled ? (
          <>
            <p>The release is upgraded to its own version with these values, and all its others as they are:</p>
            <Lines of={values} />
            <ChartField id={cluster.id} path={chartPath} chart={chart} problem={chartProblem} onSaved={onChart} />
          </>
        ) : (
          <p>Packet Inspector is disabled in the release already, which stays as it is.</p>
        )}
        <p className="muted">
          {isOff ? 'Uninstalling' : 'Uninstalling does more. It'} goes as the documentation has it before an upgrade to
          a later version, and proves each step:
        </p>
        <ol className="item-list data">
          {uninstall.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <p className="muted">
          {found.length > 0 ? 'It would remove, whoever has installed it:' : 'Nothing that it would remove is there.'}
        </p>
        {found.length > 0 ? <Lines of={found} /> : null}
      </div>
      <footer className="sheet-foot">
        <span className="sheet-space" />
        {isOff ? null : (
          <button
            type="button"
            className="button"
            disabled={chartProblem !== ''}
            onClick={() => void clusterControl.uninstall(cluster.id)}
          >
            Uninstall all of it
          </button>
        )}
        <Dialog.Close className="button">Cancel</Dialog.Close>
        {/* One more key press switches off; what uninstalls is to be gone to. */}
        <button
          type="submit"
          className="button is-primary"
          // biome-ignore lint/a11y/noAutofocus: the dialog takes the focus in any case
          autoFocus={!isOff}
          disabled={chartProblem !== ''}
        >
          {isOff ? 'Uninstall all of it' : 'Switch off'}
        </button>
      </footer>
    </form>
  );
}

function Lines({ of }: { readonly of: readonly string[] }) {
  return (
    <ul className="item-list data">
      {of.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
