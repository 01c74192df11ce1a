import type { CaptureSite } from '../../../../app/mesh/capture-site.ts';
import type { NetworkPolicy, Pod } from '../../../../app/mesh/kubernetes.ts';
import { aggregatorName, batchPort, ownSelector } from '../../../../app/mesh/names.ts';
import { isOwn } from '../../../../app/mesh/own-object.ts';
import type { MeshPod } from '../../../../app/mesh/pod-reader.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { diagnosePods } from './doctor.ts';

/**
 * Why nothing may have been heard of the filter in these pods, in sentences: policies that stand between them and the aggregators, and what the
 * aggregators complain of. What may not be looked at is left out.
 */
export async function whySilent(client: KubeClient, site: CaptureSite, pods: readonly MeshPod[]): Promise<string> {
  const { meshNamespace } = site;
  const namespaces = [...new Set(pods.map(({ namespace }) => namespace))];
  const [leaving, coming, complaints] = await Promise.all([
    policiesOf(client, namespaces, 'Egress'),
    policiesOf(client, [meshNamespace], 'Ingress'),
    complaintsOf(client),
  ]);
  const where = `TCP port ${batchPort} of the pods app=${aggregatorName} in ${meshNamespace}`;
  const policies = [
    ...(leaving.length === 0
      ? []
      : [
          `What these pods may connect to is restricted (NetworkPolicy ${leaving.join(', ')}): let them reach ${where}.`,
        ]),
    ...(coming.length === 0
      ? []
      : [`Who may connect to the aggregators is restricted (NetworkPolicy ${coming.join(', ')}): open ${where}.`]),
  ];
  const said = [...policies, ...complaints];
  return said.length > 0 ? said.join(' ') : `Sidecars have to reach ${where}: see whether a NetworkPolicy keeps them.`;
}

async function policiesOf(
  client: KubeClient,
  namespaces: readonly string[],
  direction: 'Ingress' | 'Egress',
): Promise<readonly string[]> {
  const lists = await Promise.all(
    namespaces.map((namespace) => client.list<NetworkPolicy>(resources.networkPolicy, { namespace }).catch(() => [])),
  );
  return lists
    .flat()
    .filter((policy) => !isOwn(policy) && directionsOf(policy).includes(direction))
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}

/** https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource */
function directionsOf({ spec }: NetworkPolicy): readonly string[] {
  return spec.policyTypes ?? ['Ingress', ...(spec.egress ? ['Egress'] : [])];
}

async function complaintsOf(client: KubeClient): Promise<readonly string[]> {
  const pods = await client.list<Pod>(resources.pod, { labels: ownSelector }).catch(() => []);
  const findings = await diagnosePods(client, pods).catch(() => []);
  return findings
    .filter(({ severity }) => severity !== 'info')
    .slice(0, 2)
    .map(({ title, evidence }) => `${title}: ${evidence.at(-1) ?? ''}.`);
}
