import type { Duplex } from 'node:stream';
import { hasOwnService } from '../../../../app/mesh/analysis-service.ts';
import { type CaptureObjects, captureObjects } from '../../../../app/mesh/capture-objects.ts';
import type { CaptureSite } from '../../../../app/mesh/capture-site.ts';
import type { FilterSwitch } from '../../../../app/mesh/filter-switch.ts';
import type { Deployment, Manifest } from '../../../../app/mesh/kubernetes.ts';
import { type LeaseState, leaseObject } from '../../../../app/mesh/lease.ts';
import { ownerRole } from '../../../../app/mesh/lease-keeper.ts';
import { aggregatorName, analysisName, analysisNamespace, leaseKeeperName } from '../../../../app/mesh/names.ts';
import { ownerReference } from '../../../../app/mesh/own-object.ts';
import type { MeshPod } from '../../../../app/mesh/pod-reader.ts';
import { isBinding, objectName, resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { beginning, readTail } from '../../receiver/tail-client.ts';
import { chooseCanary, narrowTo, watchCanary } from './canary.ts';
import { type FiltersInPlace, inTheWay, isSwitchAlone } from './filters-in-place.ts';
import { applyOwn, removeOwn } from './own-objects.ts';
import { readProxyRejections } from './proxy-rejections.ts';
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
}

export const switchOnSteps = [
  'Namespace, permissions and lease',
  'Analysis service and aggregators',
  'Connection to the analysis service',
  'Way to the aggregators',
  'One workload first',
  'Capture filters',
] as const;

/** How long pods may take to be ready: an image may have to be pulled. Milliseconds. */
const readyTimeout = 180_000;
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
  const { client, site, inPlace, lease, connect } = options;
  const [ground, programs, connection, clusters, canary, filters] = switchOnSteps;
  const state: FilterSwitch = { capturing: true, generation: options.generation };
  let objects: CaptureObjects = captureObjects(site, state);
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
    return `${objects.ground.length + 2} objects`;
  });
  await steps.run(programs, async () => {
    await applyAll(client, objects.programs);
    return untilReady(client, site);
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
    if (isSwitchAlone(objects, inPlace)) return 'not needed: the slot is in place, and what is in it is only switched';
    await removeOwn(client, inTheWay(objects, inPlace), removeTimeout);
    return tryInOneWorkload(options, objects);
  });
  await steps.run(filters, async () => {
    await applyAll(client, [...objects.slots, ...objects.filters]);
    return [...objects.slots, ...objects.filters].map(objectName).join(', ');
  });
}

/** How long the first heartbeat may take: the configuration comes to a large mesh's proxies within seconds. Milliseconds. */
const heartbeatTimeout = 30_000;
/** How long a refusal is waited for where no heartbeat can be heard. Milliseconds. */
const refusalTimeout = 5_000;

async function tryInOneWorkload(options: SwitchOn, { slots, filters }: CaptureObjects): Promise<string> {
  const { client, site, pods, connect } = options;
  const canary = await chooseCanary(client, pods);
  if (!canary) return 'no pod with a sidecar is ready to try it on';
  const { pod } = canary;
  const { analysisAddress } = site.capture;
  const isOwn = hasOwnService(site.capture);
  const narrow = narrowTo(pod, [...slots, ...filters], site.meshNamespace);
  const name = `${pod.namespace}/${pod.workload}`;
  const outcome = await watchCanary(() => applyAll(client, narrow), {
    connect: isOwn ? connect : null,
    pods: canary.pods,
    refusal: async () => {
      const { rejections } = await readProxyRejections(client, site.meshNamespace);
      return rejections.find((one) => canary.pods.includes(`${one.namespace}/${one.pod}`))?.reason ?? '';
    },
    timeout: isOwn ? heartbeatTimeout : refusalTimeout,
  });
  switch (outcome.kind) {
    case 'heard':
      return `${name}: its filter was heard of`;
    case 'refused':
      throw new Error(
        `The proxy of ${name} did not take the capture filter (${outcome.reason}), so no other workload has got it.`,
      );
    case 'silent':
      if (!isOwn) return `${name}: its proxy has refused nothing; what it captures comes to ${analysisAddress}`;
      throw new Error(
        `Nothing was heard of the capture filter in ${name} within ${heartbeatTimeout / 1000} seconds, so no other workload has got it.`,
      );
  }
}

function isNamespace({ kind }: Manifest): boolean {
  return kind === resources.namespace.kind;
}

async function applyAll(client: KubeClient, manifests: readonly Manifest[]): Promise<void> {
  await Promise.all(manifests.map((manifest) => applyOwn(client, manifest)));
}

/** Waits until all programs are ready, and says how many aggregators there are. */
async function untilReady(client: KubeClient, site: CaptureSite): Promise<string> {
  for (const end = Date.now() + readyTimeout; ; ) {
    const [keeper, receiver, aggregators] = await Promise.all([
      isDeployed(client, leaseKeeperName),
      hasOwnService(site.capture) ? isDeployed(client, analysisName) : true,
      client.get<Deployment>(resources.daemonSet, site.meshNamespace, aggregatorName),
    ]);
    const wanted = aggregators.status?.desiredNumberScheduled ?? 0;
    const ready = aggregators.status?.numberReady ?? 0;
    if (keeper && receiver && wanted > 0 && ready >= wanted) return `${ready} aggregators`;
    if (Date.now() > end) {
      const late = [
        ...(keeper ? [] : ['the lease keeper is']),
        ...(receiver ? [] : ['the analysis service is']),
        `${wanted - ready} of ${wanted} aggregators are`,
      ];
      throw new Error(`After ${readyTimeout / 60_000} minutes ${late[0]} not ready. The doctor says why.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function isDeployed(client: KubeClient, name: string): Promise<boolean> {
  const { status } = await client.get<Deployment>(resources.deployment, analysisNamespace, name);
  return (status?.readyReplicas ?? 0) > 0;
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
