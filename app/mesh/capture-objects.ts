import {
  aggregatorDaemonSet,
  aggregatorNetworkPolicy,
  aggregatorProgram,
  aggregatorService,
  aggregatorServiceAccount,
} from './aggregator.ts';
import { analysisNamespaceObject } from './analysis-namespace.ts';
import { analysisDeployment, analysisObjects, hasOwnService } from './analysis-service.ts';
import { captureClusterFilter } from './capture-cluster.ts';
import { captureFilters } from './capture-filter.ts';
import { type CaptureSite, filterNamespaces } from './capture-site.ts';
import { slotFilter } from './capture-slot.ts';
import type { FilterSwitch } from './filter-switch.ts';
import type { Manifest } from './kubernetes.ts';
import { leaseKeeperRoles, ownerRoleBinding } from './lease-keeper.ts';
import { leaseKeeperDeployment, leaseKeeperObjects } from './lease-keeper-program.ts';
import { slotKinds } from './slot-places.ts';

/**
 * All objects of a capture but the lease, in groups, in the order in which they are made. They are removed in the opposite
 * order. The owner is no part: it has to be there first, since the others name its uid.
 */
export interface CaptureObjects {
  /** Namespace, accounts, permissions, policies, programs and the lease keeper's. */
  readonly ground: readonly Manifest[];
  /** The analysis service, the aggregators and the lease keeper. */
  readonly programs: readonly Manifest[];
  /** The proxies' way to the aggregator. */
  readonly clusters: readonly Manifest[];
  /** The slots in the proxies' filter chains. */
  readonly slots: readonly Manifest[];
  /** What is in the slots. */
  readonly filters: readonly Manifest[];
}

export function captureObjects(site: CaptureSite, state: FilterSwitch): CaptureObjects {
  const isOwnService = hasOwnService(site.capture);
  return {
    ground: [
      ...(site.ownsNamespace && (isOwnService || site.leased) ? [analysisNamespaceObject({ owner: null })] : []),
      ...(site.leased ? [...leaseKeeperObjects(site), ownerRoleBinding(site), ...leaseKeeperRoles(site)] : []),
      ...(isOwnService ? analysisObjects(site) : []),
      aggregatorServiceAccount(site),
      aggregatorNetworkPolicy(site),
      aggregatorProgram(site),
      aggregatorService(site),
    ],
    programs: [
      ...(site.leased ? [leaseKeeperDeployment(site)] : []),
      ...(isOwnService ? [analysisDeployment(site)] : []),
      aggregatorDaemonSet(site),
    ],
    clusters: filterNamespaces(site).map((namespace) => captureClusterFilter(site, namespace)),
    slots: site.slots
      .filter(({ kind }) => slotKinds(site.capture).includes(kind))
      .map((place) => slotFilter(site, place)),
    filters: site.targets.flatMap((target) => captureFilters(site, target, state)),
  };
}

/** Why an object is needed, in a few words. */
export function purposeOf({ kind, metadata }: Manifest): string {
  const [, slot = metadata.name] = /^(packet-inspector-(?:http|diameter)-slot)-/.exec(metadata.name) ?? [];
  return purposes[`${kind}/${slot}`] ?? purposes[kind] ?? '';
}

const purposes: Readonly<Record<string, string>> = {
  Namespace: 'where the analysis service runs',
  ClusterRole: 'owns all the rest, so that it is removed with it',
  ClusterRoleBinding: 'lets the lease keeper remove everything',
  Role: 'lets the lease keeper see the lease and remove the filters',
  RoleBinding: 'lets the lease keeper see the lease and remove the filters',
  ServiceAccount: 'identity of a program',
  NetworkPolicy: 'lets only aggregators connect to the analysis service',
  'NetworkPolicy/aspen-mesh-packet-inspector': 'lets the sidecars connect to the aggregators',
  'NetworkPolicy/packet-inspector-lease-keeper': 'lets nobody connect to the lease keeper',
  ConfigMap: 'a program',
  Service: 'address of a program',
  Deployment: 'the analysis service: keeps captures, and serves them',
  'Deployment/packet-inspector-lease-keeper': 'removes everything when nobody renews the lease',
  DaemonSet: 'takes captures from the sidecars of each node',
  'EnvoyFilter/packet-inspector-cluster': "the proxies' route to the aggregator of their node",
  'EnvoyFilter/packet-inspector-http-slot': 'an empty slot in the HTTP filter chains',
  'EnvoyFilter/packet-inspector-diameter-slot': 'an empty slot in the filter chains of Diameter',
  EnvoyFilter: 'the capture filter, delivered into the slot',
  Lease: 'the cluster cleans up by itself when it ends',
};
