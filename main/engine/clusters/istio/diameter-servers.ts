import type { Service } from '../../../../app/mesh/kubernetes.ts';
import type { MeshPod } from '../../../../app/mesh/pod-reader.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { isForbidden } from '../../kube/kube-error.ts';

/** Pods behind a Service of a port: their proxies have a listener for it. All where Services may not be seen, or there is none. */
export async function findServers(
  client: KubeClient,
  pods: readonly MeshPod[],
  port: number,
): Promise<ReadonlySet<MeshPod> | null> {
  const services = await client.list<Service>(resources.service).catch((error: unknown) => {
    if (isForbidden(error)) return [];
    throw error;
  });
  const found = services.filter(({ spec }) => spec.ports?.some((one) => (one.targetPort ?? one.port) === port));
  const servers = pods.filter((pod) => found.some((service) => leadsTo(service, pod)));
  return servers.length === 0 ? null : new Set(servers);
}

function leadsTo({ metadata, spec }: Service, { namespace, labels }: MeshPod): boolean {
  const selector = Object.entries(spec.selector ?? {});
  if (metadata.namespace !== namespace || selector.length === 0) return false;
  return selector.every(([name, value]) => labels[name] === value);
}
