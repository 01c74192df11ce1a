import { Dialog } from 'radix-ui';
import type { CapturePlan, ClusterInventory } from '../../../app/api/cluster-types.ts';
import type { ClusterCard } from '../../../app/api/types.ts';
import { valuesFileOf } from '../../../app/mesh/aspen/values-capture.ts';
import type { CaptureOptions } from '../../../app/mesh/capture-options.ts';
import { editValuesOf, useInspector } from '../../state/inspector.ts';
import { leaseText } from './capture-choice.ts';

interface Props {
  readonly cluster: ClusterCard;
  readonly inventory: ClusterInventory;
  readonly capture: CaptureOptions;
  readonly plan: CapturePlan | null;
  /** Something is missing in the choice. */
  readonly isWrong: boolean;
  readonly phase: 'choosing' | 'running' | 'failed';
  /** It can be switched on. */
  readonly ready: boolean;
  readonly yamlShown: boolean;
  onShowYaml(shown: boolean): void;
}

/** What can be done with a choice: look at it, take it away as a file, and switch on. */
export function EnableFoot(props: Props) {
  const { cluster, inventory, capture, plan, isWrong, phase, ready, yamlShown, onShowYaml } = props;
  const inspector = useInspector();
  const { commands } = inspector;
  const { aspen } = inventory;
  const reader = aspen?.schema ?? 'own';

  return (
    <footer className="sheet-foot">
      <button
        type="button"
        className="button"
        disabled={!plan}
        aria-pressed={yamlShown}
        onClick={() => onShowYaml(!yamlShown)}
      >
        {yamlShown ? 'Hide YAML' : 'View YAML'}
      </button>
      <button
        type="button"
        className="button"
        disabled={!plan}
        onClick={() => plan && commands.copy(plan.yaml, 'YAML')}
      >
        Copy YAML
      </button>
      <button
        type="button"
        className="button"
        disabled={isWrong}
        title={
          aspen
            ? `What is chosen, with the keys of ${aspen.version}, for helm upgrade -f and for Git`
            : 'What is chosen, for packet-inspector manifests -f and for Git'
        }
        onClick={() => commands.copy(valuesFileOf(reader, capture), 'Values file')}
      >
        Copy values file
      </button>
      <button
        type="button"
        className="button"
        title="Opens, edits and saves an override values file, and takes its values over"
        disabled={phase === 'running'}
        onClick={() => editValuesOf(inspector, cluster.id)}
      >
        Values file…
      </button>
      <span className="sheet-space" />
      <span className="muted ellipsis">
        {aspen ? 'helm upgrade to the same version, --atomic' : 'Recorded in the cluster as an event by you'}
      </span>
      <Dialog.Close className="button">{phase === 'running' ? 'Close' : 'Cancel'}</Dialog.Close>
      <button type="submit" className="button is-primary" disabled={!ready}>
        {phase === 'running' ? 'Switching on…' : phase === 'failed' ? 'Try again' : captureText(capture.minutes)}
      </button>
    </footer>
  );
}

function captureText(minutes: number | null): string {
  return minutes === null ? 'Capture until off' : `Capture for ${leaseText(minutes)}`;
}
