import type { CaptureMetadata } from '../capture/metadata.ts';
import type { PodIdentity } from '../model/endpoint.ts';

const nobody: PodIdentity = { namespace: '', pod: '', service: '', workload: '', node: '', serviceAccount: '' };

/** A service as Kubernetes DNS names it. */
export interface ServiceName {
  readonly service: string;
  readonly namespace: string;
}

/** `shipping.shop.svc` and `shipping.shop.svc.cluster.local` by their parts; null for other names. */
function parseServiceName(name: string): ServiceName | null {
  const [service, namespace, kind] = name.split('.');
  if (!service || !namespace || kind !== 'svc') return null;
  return { service, namespace };
}

/** Clusters looked at before: a mesh has few, and each call names one. */
const knownClusters = new Map<string, ServiceName | null>();
const maximumKnownClusters = 10_000;

/** The service in Envoy's cluster name as Istio makes it: `outbound|50051|subset|shipping.shop.svc.cluster.local`. */
export function serviceOfCluster(upstreamCluster: string): ServiceName | null {
  const known = knownClusters.get(upstreamCluster);
  if (known !== undefined) return known;
  const [direction, , , host] = upstreamCluster.split('|');
  const service = direction === 'outbound' && host !== undefined ? parseServiceName(host) : null;
  if (knownClusters.size >= maximumKnownClusters) knownClusters.clear();
  knownClusters.set(upstreamCluster, service);
  return service;
}

/** The name of a pod in a session's name-resolution blocks: `<pod>.<namespace>.pod`. */
export function podHostName(identity: PodIdentity): string {
  return `${identity.pod}.${identity.namespace}.pod`;
}

/** The name of a service in a session's name-resolution blocks: `<service>.<namespace>.svc`. */
export function serviceHostName(name: ServiceName): string {
  return `${name.service}.${name.namespace}.svc`;
}

/** Kubernetes names hidden in a host name; null where there are none. */
function identityOfHostName(name: string): PodIdentity | null {
  const service = parseServiceName(name);
  if (service !== null) return { ...nobody, ...service };
  const match = /^([a-z0-9-]+)\.([a-z0-9-]+)\.pod$/.exec(name);
  return match === null ? null : { ...nobody, pod: match[1]!, namespace: match[2]! };
}

function isOwnAddress(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address === '';
}

/**
 * Who lives at which address, learnt from the captures of other pods and from name-resolution entries. An address
 * that comes to belong to another pod is taken over: pods' addresses are used again.
 */
export interface AddressBook {
  lookup(address: string): PodIdentity | null;
  /** Learns where the capturing pod itself lives. */
  learnCapture(metadata: CaptureMetadata): void;
  learnName(address: string, name: string): void;
  /** Learns what a file states of an address in full. */
  learnIdentity(address: string, identity: PodIdentity): void;
  /** Called with each address that came to mean something new. */
  onLearn: ((address: string) => void) | null;
}

/** Addresses kept at most. A cluster has fewer pods; a file of name-resolution entries may be anything. */
const maximumAddresses = 100_000;

interface Entry {
  readonly identity: PodIdentity;
  /** From the pod's own capture or stated in full, which weighs more than any name for its address. */
  readonly own: boolean;
}

function isEqual(a: PodIdentity, b: PodIdentity): boolean {
  return a.pod === b.pod && a.namespace === b.namespace && a.service === b.service && a.workload === b.workload;
}

export function createAddressBook(): AddressBook {
  const entries = new Map<string, Entry>();

  function learn(address: string, identity: PodIdentity, own: boolean): void {
    if (isOwnAddress(address)) return;
    const known = entries.get(address);
    if (known === undefined ? entries.size >= maximumAddresses : known.own && !own) return;
    const news = known === undefined || !isEqual(known.identity, identity);
    if (!news && known.own === own) return;
    entries.set(address, { identity, own });
    if (news) book.onLearn?.(address);
  }

  const book: AddressBook = {
    lookup: (address) => entries.get(address)?.identity ?? null,
    learnCapture(metadata) {
      learn(metadata.role === 'consumer' ? metadata.source.address : metadata.destination.address, metadata.pod, true);
    },
    learnName(address, name) {
      const identity = identityOfHostName(name);
      if (identity !== null) learn(address, identity, false);
    },
    learnIdentity: (address, identity) => learn(address, identity, true),
    onLearn: null,
  };
  return book;
}
