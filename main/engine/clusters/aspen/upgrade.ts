import type { HelmRelease, Values } from '../../../../app/mesh/aspen/helm-release.ts';
import { manifestChanges, type ObjectChange } from '../../../../app/mesh/aspen/manifest-changes.ts';
import type { KubernetesObject } from '../../../../app/mesh/kubernetes.ts';
import { objectName } from '../../../../app/mesh/resources.ts';
import type { Helm } from '../../helm/helm.ts';
import { type PrivateFolder, privateFolder } from '../../helm/private-folder.ts';
import { readManifest } from '../../helm/read-manifest.ts';
import { chartError, chartFor } from './chart-source.ts';

/** How long helm waits for objects to be ready before it takes everything back. Seconds. */
const defaultTimeout = 300;

export interface UpgradeOptions {
  readonly helm: Helm;
  readonly release: HelmRelease;
  /** Chart archive, chart folder or release folder; '' for the chart that the release keeps. */
  readonly chart: string;
  /** Overrides of the next revision. */
  readonly config: Values;
  /** Seconds. */
  readonly timeout?: number;
}

/** An upgrade of a release to the very same version of its chart, that was looked at and can be done. */
export interface Upgrade extends AsyncDisposable {
  /** What it does to the release's objects. */
  readonly changes: readonly ObjectChange[];
  /** Does it, or leaves everything as it is: what fails is rolled back by helm (`--atomic`, `--rollback-on-failure`). */
  run(): Promise<void>;
}

/**
 * Has helm render the release as it is and as it is to be, and compares. Nothing is changed yet.
 *
 * @throws Error when the chart is not whole: without its subcharts an upgrade would remove their objects
 */
export async function prepareUpgrade(options: UpgradeOptions): Promise<Upgrade> {
  const { helm, release, config } = options;
  const folder = await privateFolder();
  try {
    // One that is too old says so itself here.
    await helm.version();
    if (release.status.startsWith('pending')) throw new Error(pendingSentence(release));
    const chart = await chartFor(release, options.chart, helm, folder);
    if (options.chart === '' && release.chart.subcharts.length > 0) throw chartError(subchartSentence(release));
    const now = await render(options, folder, chart, 'values-now.yaml', release.config);
    const next = await render(options, folder, chart, 'values.yaml', config);
    const installed = await readManifest(release.manifest);
    const kept = manifestChanges(installed, now.objects);
    const missing = kept.filter(({ action }) => action === 'remove');
    if (missing.length > 0) throw chartError(lossSentence(release, options.chart, missing));
    // From what is installed: also what the chart makes otherwise by now, as one that somebody has edited.
    const changes = manifestChanges(installed, next.objects);
    const lost = changes.filter(({ action, isOurs }) => action === 'remove' && !isOurs);
    if (lost.length > 0) throw chartError(lossSentence(release, options.chart, lost));
    return {
      changes,
      async run() {
        const { timeout = defaultTimeout } = options;
        const args = upgradeArguments(release, chart, next.values);
        await helm.change([...args, ...(await helm.rollbackFlags(timeout))], release.storage);
        if (helm.isInterrupted()) await rollBack(options, timeout);
      },
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    };
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}

async function render(
  { helm, release }: UpgradeOptions,
  folder: PrivateFolder,
  chart: string,
  file: string,
  config: Values,
): Promise<{ readonly values: string; readonly objects: readonly KubernetesObject[] }> {
  // JSON is YAML, and helm itself reads numbers as JSON does.
  const values = await folder.write(file, `${JSON.stringify(config, null, 2)}\n`);
  const args = upgradeArguments(release, chart, values);
  const output = await helm.run([...args, '--dry-run=server', '--output', 'json'], release.storage);
  const { manifest = '' } = JSON.parse(output) as { readonly manifest?: string };
  return { values, objects: await readManifest(manifest) };
}

/** @throws Error in any case: what was done is undone, or could not be */
async function rollBack({ helm, release }: UpgradeOptions, timeout: number): Promise<never> {
  const { name, namespace, revision, storage } = release;
  const args = ['rollback', name, String(revision), '--namespace', namespace];
  await helm.change([...args, '--wait', '--timeout', `${timeout}s`], storage);
  throw new Error(`It was interrupted: ${name} is rolled back to what revision ${revision} has.`);
}

function upgradeArguments({ name, namespace }: HelmRelease, chart: string, values: string): readonly string[] {
  return ['upgrade', name, chart, '--namespace', namespace, '--reset-values', '--values', values];
}

function pendingSentence({ name, status, revision, namespace }: HelmRelease): string {
  return `The release ${name} has been in ${status} since revision ${revision}: wait until that ends, or, if nobody is working on it any more, roll it back: \`helm rollback ${name} --namespace ${namespace}\`.`;
}

function subchartSentence({ name, chart }: HelmRelease): string {
  return `helm keeps no subcharts in a release, and ${name} has ${chart.subcharts.join(', ')}: name the release folder or the archive of the chart ${chart.name} ${chart.version}.`;
}

function lossSentence({ name, chart }: HelmRelease, named: string, changes: readonly ObjectChange[]): string {
  const objects = changes.slice(0, 3).map(({ object }) => objectName(object));
  const rest = changes.length > 3 ? ` and ${changes.length - 3} more` : '';
  const what =
    named === ''
      ? `The chart that the release ${name} keeps is not whole`
      : `${named} is not what ${name} was installed from`;
  return `${what}: an upgrade with it would remove ${objects.join(', ')}${rest}. Name the release folder or the archive of the chart ${chart.name} ${chart.version}.`;
}
