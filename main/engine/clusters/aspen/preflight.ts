import type { Check, Preflight } from '../../../../app/api/cluster-types.ts';
import { type AspenMesh, keepsInspector } from '../../../../app/mesh/aspen/aspen-mesh.ts';
import { unreadableValues } from '../../../../app/mesh/aspen/capture-values.ts';
import { unfitting } from '../../../../app/mesh/aspen/fit-capture.ts';
import { checkPreparation } from '../../../../app/mesh/aspen/preparation.ts';
import type { CaptureOptions } from '../../../../app/mesh/capture-options.ts';
import { permissionText } from '../../../../app/mesh/permission.ts';
import { groupOf, resources } from '../../../../app/mesh/resources.ts';
import { errorText } from '../../../log.ts';
import type { Helm } from '../../helm/helm.ts';
import type { KubeClient } from '../../kube/client.ts';
import { check } from '../istio/check.ts';
import { missingPermissions } from '../istio/permissions.ts';
import type { AspenOptions } from './aspen-driver.ts';
import { findAspenMesh } from './find-aspen.ts';
import { lookAtPreparation } from './look-at-preparation.ts';
import { objectNamespace } from './switch.ts';

export interface AspenCheck {
  readonly client: KubeClient;
  readonly helm: Helm;
  readonly aspen: AspenOptions;
}

/** Asks everything that could stand in the way. Changes nothing. What cannot be asked is a failed check, never an exception. */
export async function checkAspen({ client, helm, aspen }: AspenCheck, capture: CaptureOptions): Promise<Preflight> {
  const checks: Check[] = [];
  const mesh = await ask(checks, 'mesh', 'The release of Aspen Mesh cannot be used', async () => {
    const found = await findAspenMesh(client, aspen.release);
    checks.push(check.passed('mesh', `Aspen Mesh ${found.version.text}`, { detail: releaseText(found) }));
    return found;
  });
  await ask(checks, 'helm', 'helm cannot be used', async () => {
    const { text } = await helm.version();
    checks.push(check.passed('helm', `helm ${text}`, { detail: helm.program() }));
  });
  if (mesh) {
    if (aspen.chart === '' && !keepsInspector(mesh.release)) checks.push(warnOfChart(mesh));
    const unreadable = unreadableValues(mesh);
    if (unreadable.length > 0) checks.push(warnOfValues(unreadable));
    for (const { title, remedy } of unfitting(mesh.version, capture))
      checks.push(check.failed('scope', title, { remedy }));
    await ask(checks, 'preparation', 'The preparations cannot be checked', async () => {
      const facts = await lookAtPreparation(client, mesh, capture.analysisAddress);
      checks.push(...checkPreparation(facts, Date.now()));
    });
    checks.push(await checkPermissions(client, mesh));
  }
  return { checks, ready: checks.every(({ result }) => result !== 'failed') };
}

/** What helm itself has to be allowed: to read and write the release, and the objects that the section makes. */
async function checkPermissions(client: KubeClient, { release }: AspenMesh): Promise<Check> {
  const verbs = ['get', 'list', 'create', 'update', 'patch', 'delete'];
  const kept = release.storage === 'secret' ? resources.secret : resources.configMap;
  const made = [resources.daemonSet, resources.envoyFilter, resources.configMap, resources.serviceAccount];
  const places = [
    ...(kept === resources.configMap && release.namespace === objectNamespace
      ? []
      : [[kept, release.namespace] as const]),
    ...made.map((kind) => [kind, objectNamespace] as const),
  ];
  const permissions = places.flatMap(([kind, namespace]) =>
    verbs.map((verb) => ({ verb, group: groupOf(kind), resource: kind.plural, namespace })),
  );
  const missing = await missingPermissions(client, permissions);
  const items = (missing.length > 0 ? missing : permissions).map(permissionText);
  if (missing.length === 0) return check.passed('permissions', 'You may upgrade the release', { items });
  return check.failed('permissions', `You may not ${items[0]}`, {
    detail: `helm needs ${missing.length} more permissions to upgrade ${release.name}`,
    remedy: 'Ask an administrator of the cluster for them.',
    items,
  });
}

/** What is in a release folder, only helm's rendering of it tells. */
function warnOfChart({ release: { name, chart } }: AspenMesh): Check {
  return check.warning('chart', `The release ${name} does not keep the whole chart`, {
    detail: 'helm keeps no subcharts in a release, and Packet Inspector is one',
    remedy: `Keep the release folder or the archive of the chart ${chart.name} ${chart.version} at hand: the sheet asks for it, and \`--chart\` names it.`,
  });
}

function warnOfValues(problems: readonly string[]): Check {
  return check.warning('values', 'Not all of the values of Packet Inspector can be read', {
    detail: problems.join(', '),
    remedy: 'They count as not set here. Correct them in the override values file.',
  });
}

function releaseText({ release }: AspenMesh): string {
  const { name, namespace, revision, status, chart } = release;
  return `release ${name} in ${namespace}, revision ${revision}, ${status}, chart ${chart.name} ${chart.version}`;
}

async function ask<T>(checks: Check[], id: string, title: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    checks.push(check.failed(id, title, { detail: errorText(error) }));
    return null;
  }
}
