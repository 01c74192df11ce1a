import { podHostName, serviceHostName, serviceOfCluster } from '../flows/address-book.ts';
import type { CaptureDocument } from './document.ts';

/** An address and its name, as a name-resolution block has it. */
export type AddressName = readonly [address: string, name: string];

/** What a document tells of who lives where: the capturing pod, and the service that was called. */
export function addressNames({ metadata }: CaptureDocument): AddressName[] {
  const names: AddressName[] = [];
  const { pod, source, destination } = metadata;
  if (pod.pod !== '') {
    names.push([metadata.role === 'consumer' ? source.address : destination.address, podHostName(pod)]);
  }
  const service = metadata.upstreamCluster === undefined ? null : serviceOfCluster(metadata.upstreamCluster);
  // A consumer's sidecar was addressed by the service's own address, unless the application chose a pod.
  if (service !== null && destination.address !== metadata.upstream?.address) {
    names.push([destination.address, serviceHostName(service)]);
  }
  return names;
}
