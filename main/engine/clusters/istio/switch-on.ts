import type { Duplex } from 'node:stream';
import type { NodeGap } from '../../../../app/mesh/aggregator-nodes.ts';
import { hasOwnService } from '../../../../app/mesh/analysis-service.ts';
import { type CaptureObjects, captureObjects } from '../../../../app/mesh/capture-objects.ts';
import type { CaptureSite } from '../../../../app/mesh/capture-site.ts';
import type { FilterSwitch } from '../../../../app/mesh/filter-switch.ts';
import type { Manifest } from '../../../../app/mesh/kubernetes.ts';
import { type LeaseState, leaseObject } from '../../../../app/mesh/lease.ts';
import { ownerRole } from '../../../../app/mesh/lease-keeper.ts';
import { ownerReference } from '../../../../app/mesh/own-object.ts';
import type { MeshPod } from '../../../../app/mesh/pod-reader.ts';
import { isBinding, objectName, resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { beginning, readTail } from '../../receiver/tail-client.ts';
import { type FiltersInPlace, inTheWay, isSwitchAlone } from './filters-in-place.ts';
import { tryInOneWorkload } from './first-workload.ts';
import { applyOwn, removeOwn } from './own-objects.ts';
import { untilReady } from './programs-ready.ts';
import { settleAll } from './settle-all.ts';
import type { StepList } from './step-list.ts';
import { takeLease } from './take-lease.ts';

export interface SwitchOn {
  readonly client: KubeClient;
  /** Without the owner, which is not there yet. */
  readonly site: CaptureSite;
  /** What is in the cluster of slots and filters. */
  readonly inPlace: FiltersInPlace;
  /** Pods whose sidecars are to capture: one of their workloads is the first. */
  readonly pods: readonly MeshPod[];
  readonly lease: LeaseState;
  /** Opens a stream to the receiver's live tail. */
  readonly connect: () => Promise<Duplex>;
  /** Never used before in this cluster. */
  readonly generation: string;
  /** The lease is there: it is to be renewed from now on, however long the rest takes. */
  readonly onLease: () => void;
}

export const switchOnSteps = [
  'Namespace, permissions and lease',
  'Analysis service and aggregators',
  'Connection to the analysis service',
  'Route to the aggregators',
  'One workload first',
  'Capture filters',
] as const;

const connectTimeout = 30_000;
/** How long what is in the way may take to go. Milliseconds. */
const removeTimeout = 20_000;

/**
 * Makes everything, in an order in which nothing that captures is there before what takes the captures. A filter that the proxies
 * do not have yet goes to all of them only when that of one workload has been heard of.
 *
 * @throws LeaseTakenError when somebody else was quicker; then there is nothing to undo
 */
export async function switchOn(options: SwitchOn, steps: StepList): Promise<void> {
  const { client, site, inPlace, pods, lease, connect } = options;
  const [ground, programs, connection, clusters, canary, filters] = switchOnSteps;
  const state: FilterSwitch = { capturing: true, generation: options.generation };
  let objects: CaptureObjects = captureObjects(site, state);
  let gaps: readonly NodeGap[] = [];
  await steps.run(ground, async () => {
    await applyAll(client, objects.ground.filter(isNamespace));
    // Whoever has the lease makes the rest.
    await takeLease(client, lease);
    const owner = ownerReference(await applyOwn(client, ownerRole()));
    const owned = { ...site, owner };
    objects = captureObjects(owned, state);
    const rest = [...objects.ground.filter((manifest) => !isNamespace(manifest)), leaseObject(owned, lease)];
    await applyAll(
      client,
      rest.filter((manifest) => !isBinding(manifest)),
    );
    // Nobody may bind a Role that is not there yet.
    await applyAll(client, rest.filter(isBinding));
    options.onLease();
    return `${objects.ground.length + 2} objects`;
  });
  await steps.run(programs, async () => {
    await applyAll(client, objects.programs);
    const ready = await untilReady(client, site, pods);
    gaps = ready.gaps;
    return ready.detail;
  });
  await steps.run(connection, async () => {
    const { capture } = site;
    if (!hasOwnService(capture)) return `none of ours: captures go to ${capture.analysisAddress}`;
    await untilConnected(connect);
    return '';
  });
  await steps.run(clusters, async () => {
    await applyAll(client, objects.clusters);
    return objects.clusters.map(objectName).join(', ');
  });
  await steps.run(canary, async () => {
    if (isSwitchAlone(objects, inPlace)) return 'not needed: the slot is in place, and only its content is switched';
    await removeOwn(client, inTheWay(objects, inPlace), removeTimeout);
    const reached = pods.filter(({ node }) => !gaps.some((gap) => gap.node === node));
    const apply = (manifests: readonly Manifest[]) => applyAll(client, manifests);
    return tryInOneWorkload({ client, site, pods: reached, connect, apply }, objects);
  });
  await steps.run(filters, async () => {
    await applyAll(client, [...objects.slots, ...objects.filters]);
    return [...objects.slots, ...objects.filters].map(objectName).join(', ');
  });
}

function isNamespace({ kind }: Manifest): boolean {
  return kind === resources.namespace.kind;
}

async function applyAll(client: KubeClient, manifests: readonly Manifest[]): Promise<void> {
  await settleAll(manifests.map((manifest) => applyOwn(client, manifest)));
}

/** A pod that is ready may still need a moment before its receiver answers. */
async function untilConnected(connect: () => Promise<Duplex>): Promise<void> {
  for (const end = Date.now() + connectTimeout; ; ) {
    const reason = await connect().then(tailReason, (error: Error) => error.message);
    if (reason === '') return;
    if (Date.now() > end) throw new Error(`The analysis service cannot be reached: ${reason.replace(/\.$/, '')}.`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Why no tail is served on a stream; '' when one is. Reads nothing but the greeting. */
async function tailReason(stream: Duplex): Promise<string> {
  let isServed = false;
  const reason = await readTail(stream, beginning, {
    ready() {
      isServed = true;
      stream.destroy();
    },
    document() {},
  });
  return isServed ? '' : reason;
}
