import type { PlannedObject } from '../../../../app/api/cluster-types.ts';
import { purposeOf } from '../../../../app/mesh/capture-objects.ts';
import { differences } from '../../../../app/mesh/differences.ts';
import type { KubernetesObject, Manifest } from '../../../../app/mesh/kubernetes.ts';
import { isOwn } from '../../../../app/mesh/own-object.ts';
import { isBinding, resourceOf, resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { isNotFound } from '../../kube/kube-error.ts';

/**
 * What applying objects would do, by the API server's own word: each is applied as a dry run, which checks it against its
 * definition, admission and the user's permissions, and keeps nothing. What needs another that would be made (its namespace, or
 * the Role that it binds, for anyone but a cluster administrator) cannot be tried before that is there.
 */
export function planObjects(client: KubeClient, manifests: readonly Manifest[]): Promise<readonly PlannedObject[]> {
  const namespaces = manifests
    .filter(({ kind }) => kind === resources.namespace.kind)
    .map(({ metadata }) => metadata.name);
  return Promise.all(manifests.map((manifest) => planObject(client, manifest, namespaces)));
}

async function planObject(
  client: KubeClient,
  manifest: Manifest,
  namespaces: readonly string[],
): Promise<PlannedObject> {
  const { namespace = '', name } = manifest.metadata;
  const there = await client.find<KubernetesObject>(resourceOf(manifest), namespace, name);
  const planned = { kind: manifest.kind, namespace, name, purpose: purposeOf(manifest), differences: [], problem: '' };
  if (there && !isOwn(there)) {
    const problem = 'It already exists and was not created by Packet Inspector: rename or remove it first.';
    return { ...planned, action: 'foreign', problem };
  }
  try {
    const after = await client.apply<KubernetesObject>(manifest, { dryRun: true, force: true });
    const changes = there ? differences(there, after) : [];
    return { ...planned, action: there ? (changes.length > 0 ? 'change' : 'same') : 'create', differences: changes };
  } catch (error) {
    const action = there ? 'change' : 'create';
    if (isNotFound(error) && (namespaces.includes(namespace) || isBinding(manifest))) return { ...planned, action };
    return { ...planned, action, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** What the API server would refuse, as sentences; none: all of it can be made. */
export function refusals(objects: readonly PlannedObject[]): readonly string[] {
  return objects
    .filter(({ problem }) => problem !== '')
    .map(
      ({ kind, namespace, name, problem }) =>
        `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}: ${sentence(problem)}`,
    );
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
