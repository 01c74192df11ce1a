import type { Remainder } from '../../../../app/api/cluster-types.ts';
import { type AspenMesh, effectiveSection, isEnabled } from '../../../../app/mesh/aspen/aspen-mesh.ts';
import {
  type Setting,
  settingsOff,
  settingsOn,
  valueChanges,
  withSettings,
} from '../../../../app/mesh/aspen/capture-values.ts';
import type { ObjectChange } from '../../../../app/mesh/aspen/manifest-changes.ts';
import type { CaptureOptions } from '../../../../app/mesh/capture-options.ts';
import type { Deployment, KubernetesObject } from '../../../../app/mesh/kubernetes.ts';
import { aggregatorName, diameterFilterName, httpFilterName } from '../../../../app/mesh/names.ts';
import { objectName, type Resource, resources } from '../../../../app/mesh/resources.ts';
import { errorText } from '../../../log.ts';
import type { Helm } from '../../helm/helm.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { StepList } from '../istio/step-list.ts';
import { chartError } from './chart-source.ts';
import type { ReadyAnalysis } from './emulator.ts';
import { prepareUpgrade, type Upgrade } from './upgrade.ts';

export interface AspenSwitch {
  readonly client: KubeClient;
  readonly helm: Helm;
  readonly mesh: AspenMesh;
  /** Chart archive, chart folder or release folder; '' for what the release keeps. */
  readonly chart: string;
  /** Seconds that helm waits. */
  readonly timeout?: number;
}

export const switchOnSteps = [
  'Release, chart and values',
  'Analysis service',
  'helm upgrade',
  'Aggregators and filters',
] as const;
export const switchOffSteps = ['Release, chart and values', 'helm upgrade', 'Check what is left'] as const;

/** Where Aspen Mesh puts its objects. */
export const objectNamespace = 'istio-system';

/** Switches Packet Inspector on in the release's values, and nothing else. What fails leaves the cluster as it was. */
export async function switchOn(
  target: AspenSwitch,
  capture: CaptureOptions,
  steps: StepList,
  readyAnalysis: () => Promise<ReadyAnalysis>,
): Promise<void> {
  const [release, analysis, upgrading, look] = switchOnSteps;
  await using stack = new AsyncDisposableStack();
  let upgrade: Upgrade | null = null;
  await steps.run(release, async () => {
    upgrade = stack.use(await upgradeTo(target, settingsOn(target.mesh.schema, capture)));
    requireInspector(target, upgrade.changes);
    return changesText(upgrade.changes);
  });
  let ready: ReadyAnalysis | null = null;
  await steps.run(analysis, async () => {
    ready = await readyAnalysis();
    return ready.text;
  });
  await steps.run(upgrading, async () => {
    try {
      await upgrade?.run();
    } catch (error) {
      throw await takenBack(ready, error);
    }
    return `${target.mesh.release.name} ${target.mesh.version.text}`;
  });
  await steps.run(look, () => proveOn(target.client, target.mesh, capture));
}

/** What failed, once the analysis service is gone again that was made ready for it; helm has taken its own upgrade back. */
async function takenBack(ready: ReadyAnalysis | null, error: unknown): Promise<unknown> {
  try {
    await ready?.takeBack();
    return error;
  } catch (other) {
    return new Error(`${errorText(error)} Nor could the analysis service be removed again: ${errorText(other)}`);
  }
}

/** Switches it off there. What was looked for afterwards is the proof. */
export async function switchOff(target: AspenSwitch, steps: StepList): Promise<Remainder> {
  const [release, upgrading, look] = switchOffSteps;
  await using stack = new AsyncDisposableStack();
  let upgrade: Upgrade | null = null;
  await steps.run(release, async () => {
    const settings = settingsOff(effectiveSection(target.mesh.release));
    // Another revision would change nothing, and might want a chart.
    if (await isOff(target, settings)) return alreadyOff;
    upgrade = stack.use(await upgradeTo(target, settings));
    return changesText(upgrade.changes);
  });
  await steps.run(upgrading, async () => {
    if (upgrade === null) return alreadyOff;
    await upgrade.run();
    return `${target.mesh.release.name} ${target.mesh.version.text}`;
  });
  let remainder: Remainder = { looked: [], left: [], kept: [], spared: [] };
  await steps.run(look, async () => {
    remainder = await untilGone(target.client);
    if (remainder.left.length > 0) throw new Error(`Still there: ${remainder.left.join(', ')}`);
    return 'nothing of Packet Inspector is left in the mesh';
  });
  return remainder;
}

export const alreadyOff = 'already disabled';

async function isOff({ client, mesh: { release } }: AspenSwitch, off: readonly Setting[]): Promise<boolean> {
  if (release.status !== 'deployed' || valueChanges(release, off).length > 0) return false;
  return (await lookForInspector(client)).left.length === 0;
}

/** An upgrade that only these settings make different. */
export function upgradeTo({ helm, mesh, chart, timeout }: AspenSwitch, settings: readonly Setting[]): Promise<Upgrade> {
  const config = withSettings(mesh.release.config, settings);
  return prepareUpgrade({ helm, release: mesh.release, chart, config, ...(timeout === undefined ? {} : { timeout }) });
}

/** helm keeps no subcharts in a release, and one that was switched off leaves no trace but the values for it. */
export function requireInspector({ mesh, chart }: AspenSwitch, changes: readonly ObjectChange[]): void {
  const isThere =
    changes.some(({ action, object }) => action !== 'remove' && object.metadata.name === aggregatorName) ||
    isEnabled(mesh.release);
  if (isThere) return;
  const { name, version } = mesh.release.chart;
  throw chartError(
    chart === ''
      ? `The chart that the release ${mesh.release.name} keeps has no Packet Inspector in it (helm keeps no subcharts): name the release folder or the archive of the chart ${name} ${version}.`
      : `${chart} has no Packet Inspector in it: nothing named ${aggregatorName} would be made.`,
  );
}

function changesText(changes: readonly ObjectChange[]): string {
  const foreign = changes.filter(({ isOurs }) => !isOurs);
  const ours = `${changes.length - foreign.length} objects of Packet Inspector`;
  return foreign.length === 0
    ? ours
    : `${ours}, and also ${foreign.map(({ object }) => objectName(object)).join(', ')}`;
}

async function proveOn(client: KubeClient, { schema }: AspenMesh, capture: CaptureOptions): Promise<string> {
  const daemonSet = await client.get<Deployment>(resources.daemonSet, objectNamespace, aggregatorName);
  const wanted: string[] = [];
  if (schema === 'service' || capture.http) wanted.push(httpFilterName);
  const filters = await Promise.all(
    wanted.map((name) => client.find<KubernetesObject>(resources.envoyFilter, objectNamespace, name)),
  );
  const missing = wanted.filter((_, index) => filters[index] === null);
  if (missing.length > 0) throw new Error(`The upgrade succeeded, but there is no EnvoyFilter ${missing.join(', ')}.`);
  return `${daemonSet.status?.numberReady ?? 0} aggregators, ${wanted.join(', ') || 'no HTTP'}`;
}

/** What is Packet Inspector's in the mesh, by the names of its documentation. */
const remains: readonly (readonly [Resource, string])[] = [
  [resources.daemonSet, aggregatorName],
  [resources.envoyFilter, httpFilterName],
  [resources.envoyFilter, diameterFilterName],
];

/** Looks once for what is Packet Inspector's in the mesh. */
export async function lookForInspector(client: KubeClient): Promise<Remainder> {
  const found = await Promise.all(remains.map(([resource, name]) => client.find(resource, objectNamespace, name)));
  return {
    looked: remains.map(([{ kind }, name]) => `${kind} ${objectNamespace}/${name}`),
    left: found.filter((object) => object !== null).map(objectName),
    kept: [],
    spared: [],
  };
}

async function untilGone(client: KubeClient): Promise<Remainder> {
  for (const end = Date.now() + 20_000; ; ) {
    const remainder = await lookForInspector(client);
    if (remainder.left.length === 0 || Date.now() > end) return remainder;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
