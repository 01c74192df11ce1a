import { nodeHostName, podHostName, serviceHostName } from '../flows/address-book.ts';
import type { KubernetesObject, Node, Pod, Service } from './kubernetes.ts';

/** An address that an object has, under the name that session files give it, and since when (milliseconds since the epoch). */
export interface ObjectName {
  readonly address: string;
  readonly name: string;
  readonly since: number;
}

/** A pod in the network of its node has no address of its own. */
export function namesOfPod({ metadata, spec, status }: Pod): ObjectName[] {
  if (spec.hostNetwork) return [];
  const { name, namespace = '' } = metadata;
  const addresses = status?.podIPs?.map(({ ip }) => ip) ?? [status?.podIP ?? ''];
  const since = timeOf(status?.startTime ?? metadata.creationTimestamp);
  return named(addresses, podHostName({ pod: name, namespace }), since);
}

/** Headless services have no address: `None`. */
export function namesOfService({ metadata, spec }: Service): ObjectName[] {
  const { name, namespace = '' } = metadata;
  const addresses = (spec.clusterIPs ?? [spec.clusterIP ?? '']).filter((address) => address !== 'None');
  return named(addresses, serviceHostName({ service: name, namespace }), timeOf(metadata.creationTimestamp));
}

export function namesOfNode({ metadata, status }: Node): ObjectName[] {
  const own = status?.addresses?.filter(({ type }) => type === 'InternalIP' || type === 'ExternalIP') ?? [];
  const addresses = own.map(({ address }) => address);
  return named(addresses, nodeHostName(metadata.name), timeOf(metadata.creationTimestamp));
}

function named(addresses: readonly string[], name: string, since: number): ObjectName[] {
  return addresses.filter((address) => address !== '').map((address) => ({ address, name, since }));
}

function timeOf(text: KubernetesObject['metadata']['creationTimestamp']): number {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? 0 : time;
}
