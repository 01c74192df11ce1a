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
export function podHostName(identity: Pick<PodIdentity, 'pod' | 'namespace'>): string {
  return `${identity.pod}.${identity.namespace}.pod`;
}

/** The name of a service in a session's name-resolution blocks: `<service>.<namespace>.svc`. */
export function serviceHostName(name: ServiceName): string {
  return `${name.service}.${name.namespace}.svc`;
}

/** The name of a node in a session's name-resolution blocks: `<node>.node`. */
export function nodeHostName(node: string): string {
  return `${node}.node`;
}

/** Kubernetes names hidden in a host name; null where there are none. */
function identityOfHostName(name: string): PodIdentity | null {
  const service = parseServiceName(name);
  if (service !== null) return { ...nobody, ...service };
  const node = /^(.+)\.node$/.exec(name)?.[1];
  if (node !== undefined) return { ...nobody, node };
  // A pod's name may have dots, a namespace's may not.
  const match = /^([a-z0-9.-]+)\.([a-z0-9-]+)\.pod$/.exec(name);
  return match === null ? null : { ...nobody, pod: match[1]!, namespace: match[2]! };
}

function isOwnAddress(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address === '';
}

/**
 * Who lives at which address, and since when: learnt from the captures of other pods, from name-resolution entries and from
 * what is known of the cluster. Pods' addresses are used again, and a flow keeps the name that its address had then. Times are
 * milliseconds since the epoch.
 */
export interface AddressBook {
  /** Who lived there then; of a time before anybody is known to have lived there, the first who did. */
  lookup(address: string, time: number): PodIdentity | null;
  /** Learns where the capturing pod itself lives. */
  learnCapture(metadata: CaptureMetadata, since: number): void;
  learnName(address: string, name: string, since: number): void;
  /** Learns what a file states of an address in full. */
  learnIdentity(address: string, identity: PodIdentity, since: number): void;
  /** Called with each address that came to mean something new. */
  onLearn: ((address: string) => void) | null;
}

/** Addresses kept at most. A cluster has fewer pods; a file of name-resolution entries may be anything. */
const maximumAddresses = 100_000;
/** Pods that an address is remembered to have belonged to, one after the other. */
const maximumTenants = 16;

interface Tenant {
  readonly since: number;
  readonly identity: PodIdentity;
  /** From the pod's own capture or stated in full, which weighs more than any name for its address. */
  readonly own: boolean;
}

function isEqual(a: PodIdentity, b: PodIdentity): boolean {
  return a.pod === b.pod && a.namespace === b.namespace && a.service === b.service && a.workload === b.workload;
}

function isSame(a: PodIdentity, b: PodIdentity): boolean {
  return a === b || (isEqual(a, b) && a.node === b.node && a.serviceAccount === b.serviceAccount);
}

/** Two pods, and not one of which more, or less, is known. */
function isAnother(a: PodIdentity, b: PodIdentity): boolean {
  return a.pod !== '' && b.pod !== '' && (a.pod !== b.pod || a.namespace !== b.namespace);
}

/** The position of the tenant at `time`: the last one who came before it, else the first. */
function positionAt(tenants: readonly Tenant[], time: number): number {
  return Math.max(
    0,
    tenants.findLastIndex(({ since }) => since <= time),
  );
}

/** Puts a tenant in its place among the others. False when that changes nothing. */
function settle(tenants: Tenant[], { since, identity, own }: Tenant): boolean {
  const position = positionAt(tenants, since);
  // The one who lived there then, or who came next and has been there for longer than was known.
  const isFirst = since < tenants[position]!.since;
  const candidates = isFirst ? [position] : [position, position + 1];
  const same = candidates.find((at) => tenants[at] && !isAnother(tenants[at].identity, identity));
  if (same === undefined) {
    tenants.splice(isFirst ? position : position + 1, 0, { since, identity, own });
    if (tenants.length > maximumTenants) tenants.shift();
    return true;
  }
  const known = tenants[same]!;
  const better = known.own && !own ? known : { identity, own };
  tenants[same] = { since: Math.min(since, known.since), identity: better.identity, own: better.own };
  return !isEqual(known.identity, better.identity);
}

export function createAddressBook(): AddressBook {
  /** Earliest first. */
  const addresses = new Map<string, Tenant[]>();

  function learn(address: string, identity: PodIdentity, own: boolean, since: number): void {
    if (isOwnAddress(address)) return;
    const tenants = addresses.get(address);
    if (tenants === undefined) {
      if (addresses.size >= maximumAddresses) return;
      addresses.set(address, [{ since, identity, own }]);
      book.onLearn?.(address);
      return;
    }
    // Each capture says it again.
    const latest = tenants[tenants.length - 1]!;
    if (latest.own === own && latest.since <= since && isSame(latest.identity, identity)) return;
    if (settle(tenants, { since, identity, own })) book.onLearn?.(address);
  }

  const book: AddressBook = {
    lookup(address, time) {
      const tenants = addresses.get(address);
      return tenants === undefined ? null : tenants[positionAt(tenants, time)]!.identity;
    },
    learnCapture({ role, source, destination, pod }, since) {
      learn(role === 'consumer' ? source.address : destination.address, pod, true, since);
    },
    learnName(address, name, since) {
      const identity = identityOfHostName(name);
      if (identity !== null) learn(address, identity, false, since);
    },
    learnIdentity: (address, identity, since) => learn(address, identity, true, since),
    onLearn: null,
  };
  return book;
}
