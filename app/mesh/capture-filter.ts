import { toBase64 } from '../bytes/base64.ts';
import { captureCluster } from './capture-cluster.ts';
import { mayLeavePodsOut } from './capture-scope.ts';
import { type CaptureSite, type FilterTarget, isAtLeast, selectorOf } from './capture-site.ts';
import { slotContents, slotContexts } from './capture-slot.ts';
import type { FilterSwitch } from './filter-switch.ts';
import type { Manifest } from './kubernetes.ts';
import { aggregatorName, serviceHost } from './names.ts';
import { ownObject } from './own-object.ts';
import { filterNames, filterOwner } from './removal.ts';
import { resources } from './resources.ts';
import { type SlotKind, slotKinds } from './slot-places.ts';

/**
 * The EnvoyFilters of a target with what is in its slots. Making, changing and deleting them changes no filter chain, so it
 * closes no connection.
 */
export function captureFilters(site: CaptureSite, target: FilterTarget, state: FilterSwitch): readonly Manifest[] {
  const names = filterNames(target.suffix);
  return slotKinds(site.capture).map((kind) =>
    ownObject(
      resources.envoyFilter,
      filterOwner(site),
      { name: names[kind], namespace: target.namespace },
      {
        spec: {
          ...selectorOf(target),
          configPatches: slotContexts[kind].map((context) => ({
            applyTo: 'EXTENSION_CONFIG',
            match: { context },
            patch: { operation: 'ADD', value: content(kind, site, state) },
          })),
        },
      },
    ),
  );
}

function content(kind: SlotKind, site: CaptureSite, state: FilterSwitch): object {
  return {
    name: slotContents[kind].name,
    typed_config: {
      '@type': slotContents[kind].wasm,
      config: {
        name: captureCluster,
        root_id: captureCluster,
        // The default is to fail closed. The field was renamed in Envoy 1.33, and only one of them may be set.
        ...(isAtLeast(site.istio, 1, 25) ? { failure_policy: 'FAIL_OPEN' } : { fail_open: true }),
        // One VM for both filters of a worker: they share their batches.
        vm_config: {
          vm_id: captureCluster,
          runtime: 'envoy.wasm.runtime.v8',
          code: { local: { inline_bytes: toBase64(site.programs.filter) } },
        },
        configuration: {
          '@type': 'type.googleapis.com/google.protobuf.StringValue',
          value: configurationText(site, state),
        },
      },
    },
  };
}

/** The same for both filters of a proxy, since they share one VM. Keys: native/capture-filter/assembly/configuration.ts */
function configurationText(site: CaptureSite, { capturing, generation }: FilterSwitch): string {
  const { bodyLimit, diameterPort } = site.capture;
  return [
    `capture=${capturing ? 'on' : 'off'}`,
    // Which pods they are is for the aggregator to say: expressions have no place in a proxy, and pods come later.
    ...(mayLeavePodsOut(site.capture) ? ['ask=on'] : []),
    `cluster=${captureCluster}`,
    `authority=${serviceHost(aggregatorName, site.meshNamespace, site.settings.clusterDomain)}`,
    `body=${bodyLimit}`,
    ...(diameterPort === null ? [] : [`diameter=${diameterPort}`]),
    `gen=${generation}`,
  ].join(';');
}
