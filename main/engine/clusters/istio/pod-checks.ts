import type { Check } from '../../../../app/api/cluster-types.ts';
import type { CaptureOptions } from '../../../../app/mesh/capture-options.ts';
import { injectionLabel, type NoSidecarReason } from '../../../../app/mesh/injection.ts';
import type { MeshPod } from '../../../../app/mesh/pod-reader.ts';
import { check, count, few } from './check.ts';
import { coveredPods, type Survey } from './survey.ts';

/** What would be captured in the area, what would not, and why. */
export function checkPods(survey: Survey, capture: CaptureOptions): readonly Check[] {
  const { captured, excluded, withoutSidecar, apart } = coveredPods(survey, capture);
  return [
    ...checkScope(capture, captured, excluded, withoutSidecar),
    ...checkSidecars(survey, withoutSidecar),
    ...checkApart(apart),
  ];
}

function checkScope(
  capture: CaptureOptions,
  captured: readonly MeshPod[],
  excluded: readonly MeshPod[],
  withoutSidecar: readonly MeshPod[],
): readonly Check[] {
  const nothing =
    capture.http || capture.diameterPort !== null
      ? []
      : [check.failed('scope', 'Neither HTTP nor Diameter is chosen', { remedy: 'Choose at least one of them.' })];
  if (captured.length > 0) {
    const title = `${count(captured.length, 'pod')} would be captured`;
    const detail = excluded.length > 0 ? `${excluded.length} excluded by name` : '';
    return [...nothing, check.passed('scope', title, { detail, items: captured.map(fullName) })];
  }
  const detail = `${excluded.length} excluded by name, ${withoutSidecar.length} without a sidecar`;
  const remedy =
    excluded.length > 0
      ? 'Choose a wider area, or exclude less.'
      : 'Choose an area whose pods have sidecars, or have sidecars injected.';
  return [...nothing, check.failed('scope', 'No pod would be captured', { detail, remedy })];
}

/** A check for each reason, the most frequent first. */
function checkSidecars(survey: Survey, withoutSidecar: readonly MeshPod[]): readonly Check[] {
  return reasons
    .map((reason) => ({ reason, pods: withoutSidecar.filter(({ noSidecar }) => noSidecar === reason) }))
    .filter(({ pods }) => pods.length > 0)
    .sort((left, right) => right.pods.length - left.pods.length)
    .map(({ reason, pods }) =>
      check.warning('sidecars', '', { ...explanations[reason](pods, survey), items: pods.map(fullName) }),
    );
}

type Explanation = Pick<Check, 'title' | 'detail' | 'remedy'>;

const unseen = 'they will not be seen';

const explanations: Readonly<Record<NoSidecarReason, (pods: readonly MeshPod[], survey: Survey) => Explanation>> = {
  'not-labelled': (pods, { injectors }) => ({
    title: `${count(pods.length, 'pod')} without a sidecar: nothing asks for one`,
    detail: `${few(namespacesOf(pods))}: the namespace has no label for it`,
    remedy: `\`kubectl label namespace ${namespacesOf(pods).slice(0, 5).join(' ')} ${injectionLabel(injectors)}\`, then restart the pods: ${restarts(pods)}`,
  }),
  'made-before': (pods) => ({
    title: `${count(pods.length, 'pod')} created before injection was on`,
    detail: unseen,
    remedy: `Restart them: ${restarts(pods)}`,
  }),
  'no-injector': (pods, { injectors }) => ({
    title: `${count(pods.length, 'pod')} without a sidecar: no injector selects ${pods.length === 1 ? 'it' : 'them'}`,
    detail: injectors?.length === 0 ? 'there is no injector in this cluster' : few(namespacesOf(pods)),
    remedy:
      'Compare the labels of their namespaces with the revisions that exist: `kubectl get mutatingwebhookconfigurations -l app=sidecar-injector --show-labels`',
  }),
  'pod-refuses': (pods) => ({
    title: `${count(pods.length, 'pod')} that ${pods.length === 1 ? 'refuses' : 'refuse'} a sidecar`,
    detail: 'sidecar.istio.io/inject is "false" on them',
    remedy: 'Remove it from the pod template where you want one.',
  }),
  'namespace-refuses': (pods, { injectors }) => ({
    title: `${count(pods.length, 'pod')} in namespaces that refuse sidecars`,
    detail: `istio-injection=disabled on ${few(namespacesOf(pods))}`,
    remedy: `Where you want them: \`kubectl label namespace ${namespacesOf(pods).slice(0, 5).join(' ')} istio-injection- ${injectionLabel(injectors)} --overwrite\`, then restart the pods.`,
  }),
  'host-network': (pods) => ({
    title: `${count(pods.length, 'pod')} on the host's network`,
    detail: 'they cannot have a sidecar',
    remedy: 'What they exchange with pods that have a sidecar is seen there.',
  }),
  ambient: (pods) => ({
    title: `${count(pods.length, 'pod')} in ambient mode`,
    detail: `${few(namespacesOf(pods))}: ztunnel carries their traffic`,
    remedy: 'Packet Inspector captures in sidecars and gateways; ambient mode is not covered.',
  }),
  proxyless: (pods) => ({
    title: `${count(pods.length, 'pod')} with gRPC but without a proxy`,
    detail: `${few(namespacesOf(pods))}: their gRPC libraries are in the mesh by themselves`,
    remedy: 'What they exchange with pods with a sidecar is seen there; proxyless gRPC itself is not covered.',
  }),
  unknown: (pods) => ({
    title: `${count(pods.length, 'pod')} without a sidecar`,
    detail: unseen,
    remedy: 'The reason cannot be found without permission to list namespaces and mutatingwebhookconfigurations.',
  }),
};

const reasons = Object.keys(explanations) as readonly NoSidecarReason[];

/** What is not captured although it has a proxy. */
function checkApart(apart: readonly MeshPod[]): readonly Check[] {
  const gateways = apart.filter(({ proxy }) => proxy === 'gateway');
  const waypoints = apart.filter(({ proxy }) => proxy === 'waypoint');
  return [
    ...(gateways.length === 0
      ? []
      : [
          check.warning('gateways', `No Diameter from ${count(gateways.length, 'gateway pod')}`, {
            detail: 'Diameter is captured in sidecars only',
            items: gateways.map(fullName),
          }),
        ]),
    ...(waypoints.length === 0
      ? []
      : [
          check.warning('ambient', `${count(waypoints.length, 'waypoint pod')} of ambient mode`, {
            detail: 'not covered',
            items: waypoints.map(fullName),
          }),
        ]),
  ];
}

function fullName({ namespace, pod }: MeshPod): string {
  return `${namespace}/${pod}`;
}

function namespacesOf(pods: readonly MeshPod[]): readonly string[] {
  return [...new Set(pods.map(({ namespace }) => namespace))].sort();
}

/** Commands that restart the first few workloads. */
function restarts(pods: readonly MeshPod[]): string {
  const restartable = pods.filter(({ workloadKind }) =>
    ['Deployment', 'StatefulSet', 'DaemonSet'].includes(workloadKind),
  );
  const commands = new Set(
    restartable.map(
      ({ namespace, workload, workloadKind }) =>
        `\`kubectl rollout restart ${workloadKind.toLowerCase()}/${workload} -n ${namespace}\``,
    ),
  );
  return commands.size === 0 ? 'delete them, or whatever created them.' : few([...commands], 3);
}
