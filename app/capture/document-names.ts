import { podHostName, serviceHostName, serviceOfCluster } from '../flows/address-book.ts';
import type { CaptureDocument } from './document.ts';
import { firstPacketTime } from './document-packets.ts';
import type { CaptureMetadata } from './metadata.ts';
import { RecentMetadata } from './recent-metadata.ts';

/** An address and its name, as a name-resolution block has it. */
export type AddressName = readonly [address: string, name: string];

/** The name that an address had then, in milliseconds since the epoch; '' when it is not known. */
export type NameAt = (address: string, time: number) => string;

export const unnamed: NameAt = () => '';

/** What is known of the addresses that a document speaks of, at the time of its first packet. */
export function knownNames(document: CaptureDocument, nameAt: NameAt): AddressName[] {
  const { source, destination, upstream } = document.metadata;
  const time = firstPacketTime(document);
  const names: AddressName[] = [];
  const learn = (address: string) => {
    const name = nameAt(address, time);
    if (name !== '') names.push([address, name]);
  };
  learn(source.address);
  if (destination.address !== source.address) learn(destination.address);
  if (upstream !== undefined && upstream.address !== destination.address) learn(upstream.address);
  return names;
}

/** Who a document says lives where, and what is known of the other addresses in it. */
export function addressNames(document: CaptureDocument, known: readonly AddressName[]): readonly AddressName[] {
  const own = ownNames(document);
  if (known.length === 0) return own;
  return [...own, ...known.filter(([address]) => !own.some(([named]) => named === address))];
}

/** Who a document says lives where: the capturing pod, and the service that was called. */
export function ownNames({ metadata }: CaptureDocument): readonly AddressName[] {
  const known = ownNamesBefore.find(metadata);
  if (known !== undefined) return known;
  const names = namesIn(metadata);
  ownNamesBefore.remember(metadata, names);
  return names;
}

const ownNamesBefore = new RecentMetadata<readonly AddressName[]>();

function namesIn(metadata: CaptureMetadata): AddressName[] {
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
