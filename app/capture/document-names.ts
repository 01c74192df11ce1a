import { podHostName, serviceHostName, serviceOfCluster } from '../flows/address-book.ts';
import type { CaptureDocument } from './document.ts';

/** An address and its name, as a name-resolution block has it. */
export type AddressName = readonly [address: string, name: string];

/** The name that an address had then, in milliseconds since the epoch; '' when it is not known. */
export type NameAt = (address: string, time: number) => string;

export const unnamed: NameAt = () => '';

/** What a document tells of who lives where, and what else is known of the addresses that it speaks of. */
export function addressNames(document: CaptureDocument, nameAt: NameAt, time: number): AddressName[] {
  const names = ownNames(document);
  const { source, destination, upstream } = document.metadata;
  for (const address of new Set([source.address, destination.address, upstream?.address ?? ''])) {
    if (names.some(([named]) => named === address)) continue;
    const name = nameAt(address, time);
    if (name !== '') names.push([address, name]);
  }
  return names;
}

/** What a document tells of who lives where: the capturing pod, and the service that was called. */
export function ownNames({ metadata }: CaptureDocument): AddressName[] {
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
