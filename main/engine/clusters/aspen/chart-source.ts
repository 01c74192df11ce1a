import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { chartErrorCode } from '../../../../app/api/contract.ts';
import { tagOf } from '../../../../app/mesh/aspen/aspen-mesh.ts';
import { type HelmRelease, isObject } from '../../../../app/mesh/aspen/helm-release.ts';
import { releaseFiles } from '../../../../app/mesh/aspen/release-files.ts';
import { RequestError } from '../../api/request-error.ts';
import type { Helm } from '../../helm/helm.ts';
import type { PrivateFolder } from '../../helm/private-folder.ts';

/** How deep charts lie below a release folder: `manifests/charts/istio-control/istio-discovery`. */
const deepest = 5;
/** More folders than any release has. */
const mostFolders = 5_000;

/**
 * Path of the chart to upgrade a release with: what the user has named (a chart archive, a chart's folder, or a release
 * folder with the chart somewhere in it), else the chart as the release keeps it, written below `folder`.
 *
 * @throws Error with a sentence when it is not the chart of the release in the same version
 */
export async function chartFor(
  release: HelmRelease,
  named: string,
  helm: Helm,
  folder: PrivateFolder,
): Promise<string> {
  if (named === '') return folder.writeAll('chart', releaseFiles(release.chart));
  const candidates = await chartsIn(named);
  const { name, version, values } = release.chart;
  const tag = tagOf(values);
  let wanted = `${name} ${version}`;
  const seen: string[] = [];
  for (const candidate of candidates) {
    const metadata = await helm.run(['show', 'chart', candidate]);
    const found = `${field(metadata, 'name')} ${field(metadata, 'version')}`;
    const ofTag = found === `${name} ${version}` ? await tagOfChart(candidate, helm) : tag;
    if (found === `${name} ${version}` && ofTag === tag) return candidate;
    // Charts of Istio have had one version for all of its releases, which their images tell apart.
    if (ofTag !== tag) wanted = `${name} ${version} with images ${tag}`;
    seen.push(ofTag === tag ? found : `${found} with images ${ofTag}`);
  }
  const found = seen.length === 0 ? 'no chart' : `${[...new Set(seen)].slice(0, 5).join(', ')}`;
  throw chartError(
    `${named} holds ${found}, but the release ${release.name} was installed from ${wanted}: name the folder or the archive of exactly that version.`,
  );
}

async function tagOfChart(chart: string, helm: Helm): Promise<string> {
  const { readHelmYaml } = await import('../../../../app/mesh/helm-yaml.ts');
  const values: unknown = readHelmYaml(await helm.run(['show', 'values', chart])).toJS();
  return isObject(values) ? tagOf(values) : '';
}

/** What naming the right chart ends. */
export function chartError(message: string): Error {
  return new RequestError(chartErrorCode, message);
}

async function chartsIn(named: string): Promise<readonly string[]> {
  const kind = await stat(named).catch(() => null);
  if (kind === null) throw chartError(`There is no file or folder ${named}.`);
  if (kind.isFile()) return [named];
  const found: string[] = [];
  let looked = 0;
  async function look(folder: string, depth: number): Promise<void> {
    if (looked++ > mostFolders)
      throw chartError(`${named} has too many folders to search for the chart: name the chart's own folder.`);
    const entries = await readdir(folder, { withFileTypes: true });
    // What lies below a chart is part of it.
    if (entries.some((entry) => entry.name === 'Chart.yaml')) found.push(folder);
    else if (depth < deepest) {
      for (const entry of entries) if (entry.isDirectory()) await look(join(folder, entry.name), depth + 1);
    }
  }
  await look(named, 0);
  return found;
}

/** A field of Chart.yaml at its top level, as helm prints it. */
function field(metadata: string, name: string): string {
  const [, value = ''] = new RegExp(`^${name}: *["']?([^"'\\s]+)["']?\\s*$`, 'm').exec(metadata) ?? [];
  return value;
}
