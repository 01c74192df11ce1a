import { Dialog } from 'radix-ui';
import { useEffect, useState } from 'react';
import type { ClusterInventory } from '../../../app/api/cluster-types.ts';
import type { ClusterCard } from '../../../app/api/types.ts';
import { fitCapture } from '../../../app/mesh/aspen/fit-capture.ts';
import type { CaptureOptions } from '../../../app/mesh/capture-options.ts';
import { valuesText } from '../../../app/mesh/values-text.ts';
import { useClusterControl, useInspector } from '../../state/inspector.ts';
import { messageOf } from '../../transport/engine-error.ts';
import { plural } from '../../ui/format.ts';
import { AspenForm } from './aspen-form.tsx';
import { choiceProblem, choiceProblems, leaseText } from './capture-choice.ts';
import { CaptureForm } from './capture-form.tsx';
import { ReviewPane } from './review-pane.tsx';
import { useReview } from './use-review.ts';

interface Loaded {
  readonly inventory: ClusterInventory;
  readonly capture: CaptureOptions;
}

/** The sheet behind a cluster's switch: what to capture at the left, what the cluster says to it at the right. */
export function EnableSheet({ cluster }: { readonly cluster: ClusterCard }) {
  const { client } = useInspector();
  const [loaded, setLoaded] = useState<Loaded | null>(null);
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

  if (loaded) return <LoadedSheet cluster={cluster} {...loaded} />;
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

function LoadedSheet({ cluster, inventory, capture: last }: Loaded & { readonly cluster: ClusterCard }) {
  const { client, clusterControl, commands, notices, preferences } = useInspector();
  const { aspen } = inventory;
  const [capture, setCapture] = useState(() => {
    const chosen = { ...last, ...preferences.getState().captures[cluster.id] };
    return aspen ? fitCapture(aspen.schema, chosen) : chosen;
  });
  const [round, setRound] = useState(0);
  const [yamlShown, setYamlShown] = useState(false);
  const review = useReview(cluster.id, capture, round);
  const switching = useClusterControl((state) => state.switching[cluster.id]);
  const running = cluster.state === 'enabling' || (switching?.to === 'on' && switching.phase === 'running');
  const failed = !running && switching?.to === 'on' && switching.phase === 'failed';
  const problem = choiceProblem(capture);
  const refused = review.plan?.objects.some((object) => object.problem !== '') === true;
  const ready =
    !running &&
    problem === '' &&
    !review.checking &&
    review.message === '' &&
    review.preflight?.ready === true &&
    !refused;

  function change(part: Partial<CaptureOptions>): void {
    const next = { ...capture, ...part };
    preferences.setState(({ captures }) => ({ captures: { ...captures, [cluster.id]: next } }));
    setCapture(next);
  }

  const askAgain = () => setRound((before) => before + 1);

  async function label(namespace: string): Promise<void> {
    try {
      await client.request('clusters.label', { id: cluster.id, namespace });
    } catch (error) {
      notices.error(messageOf(error));
    }
    askAgain();
  }

  const form = {
    inventory,
    capture,
    plan: review.plan,
    problems: choiceProblems(capture),
    disabled: running,
    onChange: change,
  };

  return (
    <form
      className="enable-sheet"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void clusterControl.enable(cluster.id, capture);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.currentTarget.requestSubmit();
      }}
    >
      <header className="sheet-head">
        <Dialog.Title>Capture in {cluster.name}</Dialog.Title>
        <p className="muted ellipsis">{inventoryText(inventory)}</p>
      </header>
      <div className="sheet-body">
        {aspen ? (
          <AspenForm
            {...form}
            id={cluster.id}
            aspen={aspen}
            chartProblem={review.isChart ? review.message : ''}
            onChart={askAgain}
          />
        ) : (
          <CaptureForm {...form} />
        )}
        <ReviewPane
          review={review}
          problem={problem}
          steps={running || failed ? cluster.steps : null}
          failure={failed ? switching.message : ''}
          yamlShown={yamlShown}
          onAskAgain={askAgain}
          onLabel={(namespace) => void label(namespace)}
          onBack={() => clusterControl.forget(cluster.id)}
        />
      </div>
      <footer className="sheet-foot">
        <button
          type="button"
          className="button"
          disabled={!review.plan}
          aria-pressed={yamlShown}
          onClick={() => setYamlShown(!yamlShown)}
        >
          {yamlShown ? 'Hide YAML' : 'View YAML'}
        </button>
        <button
          type="button"
          className="button"
          disabled={!review.plan}
          onClick={() => review.plan && commands.copy(review.plan.yaml, 'YAML')}
        >
          Copy YAML
        </button>
        <button
          type="button"
          className="button"
          disabled={problem !== ''}
          title="What is chosen, for packet-inspector manifests -f and for Git"
          onClick={() => commands.copy(valuesText(capture), 'Values file')}
        >
          Copy values file
        </button>
        <span className="sheet-space" />
        <span className="muted ellipsis">
          {aspen ? 'helm upgrade to the same version, --atomic' : 'Recorded in the cluster as an event by you'}
        </span>
        <Dialog.Close className="button">{running ? 'Close' : 'Cancel'}</Dialog.Close>
        <button type="submit" className="button is-primary" disabled={!ready}>
          {running ? 'Switching on…' : failed ? 'Try again' : captureText(capture.minutes)}
        </button>
      </footer>
    </form>
  );
}

function captureText(minutes: number | null): string {
  return minutes === null ? 'Capture until off' : `Capture for ${leaseText(minutes)}`;
}

/** `Istio 1.28.1 · 9 nodes · 214 pods, 198 with sidecars`. */
function inventoryText({ mesh, nodes, pods, sidecars }: ClusterInventory): string {
  return `${mesh || 'No mesh found'} · ${plural(nodes, 'node')} · ${plural(pods, 'pod')}, ${sidecars} with sidecars`;
}
