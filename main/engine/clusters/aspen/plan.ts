import type { CapturePlan, PlannedObject } from '../../../../app/api/cluster-types.ts';
import { settingsOn, valueChanges } from '../../../../app/mesh/aspen/capture-values.ts';
import type { ObjectChange } from '../../../../app/mesh/aspen/manifest-changes.ts';
import { purposeOf } from '../../../../app/mesh/capture-objects.ts';
import type { CaptureOptions } from '../../../../app/mesh/capture-options.ts';
import { slotKinds } from '../../../../app/mesh/slot-places.ts';
import { connectionSentences } from '../istio/connection-sentences.ts';
import { coveredPods, surveyCluster } from '../istio/survey.ts';
import { yamlDocuments } from '../yaml-documents.ts';
import { type AspenSwitch, requireInspector, upgradeTo } from './switch.ts';

/** What an upgrade to capture like this would do, as helm itself renders it. Changes nothing. */
export async function planUpgrade(target: AspenSwitch, capture: CaptureOptions): Promise<CapturePlan> {
  const survey = await surveyCluster(target.client);
  const settings = settingsOn(target.mesh.schema, capture);
  await using upgrade = await upgradeTo(target, settings);
  requireInspector(target, upgrade.changes);
  const { captured, excluded, withoutSidecar } = coveredPods(survey, capture);
  const named = (pods: readonly { readonly namespace: string; readonly pod: string }[]) =>
    pods.map(({ namespace, pod }) => `${namespace}/${pod}`);
  return {
    objects: upgrade.changes.map(planned),
    pods: named(captured),
    excluded: named(excluded),
    withoutSidecar: named(withoutSidecar),
    connections: [
      ...connectionSentences(capture, slotKinds(capture), survey.settings.drainTime),
      'The same happens again when capture is switched off.',
    ],
    values: valueChanges(target.mesh.release, settings),
    yaml: yamlDocuments(upgrade.changes.filter(({ action }) => action !== 'remove').map(({ object }) => object)),
  };
}

function planned({ action, object, isOurs, differences }: ObjectChange): PlannedObject {
  const { kind, metadata } = object;
  return {
    action: action === 'create' ? 'create' : 'change',
    kind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    purpose: isOurs ? purposeOf({ ...object }) : 'an object of the mesh itself, which the upgrade changes too',
    differences: action === 'remove' ? ['removed'] : differences,
    problem: '',
  };
}
