import { Dialog } from 'radix-ui';
import { useState } from 'react';
import type { ClusterInventory } from '../../../app/api/cluster-types.ts';
import type { ClusterCard } from '../../../app/api/types.ts';
import { fitCapture } from '../../../app/mesh/aspen/fit-capture.ts';
import type { CaptureOptions } from '../../../app/mesh/capture-options.ts';
import { useClusterControl, useInspector } from '../../state/inspector.ts';
import { messageOf } from '../../transport/engine-error.ts';
import { plural } from '../../ui/format.ts';
import { AspenForm } from './aspen-form.tsx';
import { choiceProblem, choiceProblems } from './capture-choice.ts';
import { CaptureForm } from './capture-form.tsx';
import { EnableFoot } from './enable-foot.tsx';
import { ReviewPane } from './review-pane.tsx';
import { useReview } from './use-review.ts';

interface Props {
  readonly cluster: ClusterCard;
  readonly inventory: ClusterInventory;
  /** What the capture was last switched on with; the default at first. */
  readonly capture: CaptureOptions;
}

/** What to capture at the left, what the cluster says to it at the right. */
export function ChoiceSheet({ cluster, inventory, capture: last }: Props) {
  const { client, clusterControl, notices, preferences } = useInspector();
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
      <EnableFoot
        cluster={cluster}
        inventory={inventory}
        capture={capture}
        plan={review.plan}
        isWrong={problem !== ''}
        phase={running ? 'running' : failed ? 'failed' : 'choosing'}
        ready={ready}
        yamlShown={yamlShown}
        onShowYaml={setYamlShown}
      />
    </form>
  );
}

/** `Istio 1.28.1 · 9 nodes · 214 pods, 198 with sidecars`. */
function inventoryText({ mesh, nodes, pods, sidecars }: ClusterInventory): string {
  return `${mesh || 'No mesh found'} · ${plural(nodes, 'node')} · ${plural(pods, 'pod')}, ${sidecars} with sidecars`;
}
