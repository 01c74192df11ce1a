import type { Endpoint, PodIdentity } from '../model/endpoint.ts';

/** Values kept for sharing. A mesh has fewer pods and addresses; a file may have any number. */
const maximumKept = 20_000;

const pods = new Map<string, PodIdentity>();
const addresses = new Map<string, string>();

function bounded<K, V>(kept: Map<K, V>): Map<K, V> {
  if (kept.size >= maximumKept) kept.clear();
  return kept;
}

/** One object for all equal identities: each capture brings its own copy, and thousands of observations wait at a time. */
export function sharedPod(pod: PodIdentity): PodIdentity {
  const known = pods.get(pod.pod);
  if (
    known !== undefined &&
    known.namespace === pod.namespace &&
    known.service === pod.service &&
    known.workload === pod.workload &&
    known.node === pod.node &&
    known.serviceAccount === pod.serviceAccount
  ) {
    return known;
  }
  bounded(pods).set(pod.pod, pod);
  return pod;
}

/** The endpoint with its address out of one string for all equal ones. */
export function sharedEndpoint({ address, port }: Endpoint): Endpoint {
  const known = addresses.get(address);
  if (known === undefined) bounded(addresses).set(address, address);
  return { address: known ?? address, port };
}
