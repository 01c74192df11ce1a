import type { FileNameForm } from '../../../../app/capture/file-names.ts';
import { hasOwnService } from '../../../../app/mesh/analysis-service.ts';
import { type AspenVersion, fileNamesOf } from '../../../../app/mesh/aspen/aspen-version.ts';
import type { HelmRelease, ReleaseStorage } from '../../../../app/mesh/aspen/helm-release.ts';
import type { CaptureOptions } from '../../../../app/mesh/capture-options.ts';
import { emulatorChart } from '../../../../app/mesh/chart/charts.ts';
import type { KubernetesObject, Pod } from '../../../../app/mesh/kubernetes.ts';
import { analysisApp, analysisNamespace, citadelLabel, emulatorAddress } from '../../../../app/mesh/names.ts';
import { isOwn, ownObject } from '../../../../app/mesh/own-object.ts';
import { objectName, resources } from '../../../../app/mesh/resources.ts';
import type { Helm } from '../../helm/helm.ts';
import { privateFolder } from '../../helm/private-folder.ts';
import { listReleases } from '../../helm/releases.ts';
import type { KubeClient } from '../../kube/client.ts';
import { version } from '../../version.ts';
import { removeOwn, whyNamespaceStays } from '../istio/own-objects.ts';
import { clusterPrograms } from '../istio/programs.ts';

/** Names of the emulator's release: that of now, and that of earlier documentation. */
const emulatorReleases = ['pi1-analysis-emulator', 'analysisemulator'];
/** Labels of any emulator's pods, ours among them. */
export const emulatorSelector = `app in (${analysisApp},analysis-emulator)`;

export interface Emulator {
  /** Releases that it was installed by, whether now or by an earlier version. */
  readonly releases: readonly HelmRelease[];
  readonly pods: readonly Pod[];
}

/** Looks for the emulator in its namespace. @throws KubeError */
export async function findEmulator(client: KubeClient): Promise<Emulator> {
  const [{ releases }, pods] = await Promise.all([
    listReleases(client, analysisNamespace),
    client.list<Pod>(resources.pod, { namespace: analysisNamespace, labels: emulatorSelector }),
  ]);
  return { releases: releases.filter(({ name }) => emulatorReleases.includes(name)), pods };
}

/** By its releases, else by its pods; empty when there is none. */
export function emulatorNames({ releases, pods }: Emulator): readonly string[] {
  if (pods.length === 0) return [];
  if (releases.length > 0) return releases.map(({ name }) => `release ${name}`);
  return pods.map(({ metadata: { name } }) => `pod ${name}`);
}

/**
 * Why nothing is seen live of the emulator that captures go to: none but ours has a tail; '' for ours, where there is none
 * yet, and where they go elsewhere.
 */
export async function whyNotShown(client: KubeClient, capture: CaptureOptions): Promise<string> {
  if (!hasOwnService(capture)) return '';
  const pods = await client.list<Pod>(resources.pod, { namespace: analysisNamespace, labels: emulatorSelector });
  const [first] = pods;
  if (!first || pods.some(hasTail)) return '';
  return `Captures go to ${first.metadata.name}, an emulator that is not ours: follow its files to see them (Emulator files… in the menu beside the switch).`;
}

/** However it was installed: a release of helm carries none of our labels. */
function hasTail({ spec }: Pod): boolean {
  return spec.containers.some(({ args = [] }) => args.some((argument) => argument.startsWith('--tail=')));
}

/** Adds the label by which Citadel makes certificates for a namespace, making the namespace where there is none. */
export async function labelNamespace(client: KubeClient, namespace: string): Promise<void> {
  const found = await client.find<KubernetesObject>(resources.namespace, '', namespace);
  const metadata = { name: namespace, labels: { [citadelLabel]: 'true' } };
  if (found?.metadata.labels?.[citadelLabel] === 'true') return;
  // What we made we remove again: of another service's namespace we have the label alone.
  const isOurs = found === null && namespace === analysisNamespace;
  await client.apply(
    isOurs
      ? ownObject(resources.namespace, { owner: null }, metadata, {})
      : { apiVersion: 'v1', kind: 'Namespace', metadata },
    { force: true },
  );
}

/** Installs the bundled receiver in the emulator's place, as the documentation installs the emulator. */
async function installEmulator(
  client: KubeClient,
  helm: Helm,
  storage: ReleaseStorage,
  capture: { readonly image: string; readonly fileNames: FileNameForm },
): Promise<void> {
  await labelNamespace(client, analysisNamespace);
  await using folder = await privateFolder();
  const chart = await folder.writeAll('analysis-emulator', emulatorChart(clusterPrograms(), version));
  const values = await folder.write('values.json', JSON.stringify({ capture }));
  const args = ['install', emulatorReleases[0]!, chart, '--namespace', analysisNamespace, '--values', values];
  await helm.change([...args, ...(await helm.rollbackFlags(180))], storage);
}

/** An analysis service that can be captured to. */
export interface ReadyAnalysis {
  /** Which it is. */
  readonly text: string;
  /** Has the cluster as it was before it was made ready. */
  takeBack(): Promise<void>;
}

interface ReadyOptions {
  readonly client: KubeClient;
  readonly helm: Helm;
  readonly mesh: { readonly version: AspenVersion; readonly release: { readonly storage: ReleaseStorage } };
}

/** The analysis service that was named is there already; where none was, ours is installed unless there is an emulator. */
export async function readyAnalysis(
  { client, helm, mesh }: ReadyOptions,
  { analysisAddress, image }: CaptureOptions,
): Promise<ReadyAnalysis> {
  const nothing = async () => {};
  if (analysisAddress !== '' && analysisAddress !== emulatorAddress)
    return { text: analysisAddress, takeBack: nothing };
  const found = emulatorNames(await findEmulator(client));
  if (found.length > 0) return { text: `the emulator that is there (${found.join(', ')})`, takeBack: nothing };
  const before = await client.find<KubernetesObject>(resources.namespace, '', analysisNamespace);
  const takeBack = async () => {
    await uninstallEmulator(client, helm);
    if (before === null || before.metadata.labels?.[citadelLabel] === 'true') return;
    // What nobody applies any more goes: the label, and nothing of others.
    await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: analysisNamespace } }, { force: true });
  };
  try {
    await installEmulator(client, helm, mesh.release.storage, { image, fileNames: fileNamesOf(mesh.version) });
  } catch (error) {
    await takeBack();
    throw error;
  }
  return { text: `installed as ${emulatorReleases[0]}`, takeBack };
}

export interface UninstalledEmulator {
  readonly removed: readonly string[];
  /** Ours, but left, each with why. */
  readonly spared: readonly string[];
}

/** Uninstalls it, whichever of its names it was installed by. Our own namespace goes with it when nothing of others is in it. */
export async function uninstallEmulator(client: KubeClient, helm: Helm): Promise<UninstalledEmulator> {
  const { releases } = await findEmulator(client);
  for (const { name, storage } of releases) {
    await helm.change(['uninstall', name, '--namespace', analysisNamespace, '--wait'], storage);
  }
  const removed = releases.map(({ name }) => `release ${name}`);
  const namespace = await client.find<KubernetesObject>(resources.namespace, '', analysisNamespace);
  if (namespace === null || !isOwn(namespace)) return { removed, spared: [] };
  const reason = await whyNamespaceStays(client);
  if (reason !== '') return { removed, spared: [`${objectName(namespace)}: ${reason}`] };
  await removeOwn(client, [namespace], 60_000);
  return { removed: [...removed, objectName(namespace)], spared: [] };
}
