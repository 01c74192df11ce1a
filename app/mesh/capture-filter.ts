import { toBase64 } from '../bytes/base64.ts';
import { captureCluster } from './capture-cluster.ts';
import { type CaptureSite, type FilterTarget, isAtLeast } from './capture-site.ts';
import type { Manifest } from './kubernetes.ts';
import { aggregatorName, serviceHost } from './names.ts';
import { ownObject } from './own-object.ts';
import { filterNames } from './removal.ts';
import { resources } from './resources.ts';

/** How the filter in the slots is switched. */
export interface FilterSwitch {
  readonly capturing: boolean;
  /** Never used before in this cluster: Envoy does not configure a filter again with a text that it has had. */
  readonly generation: string;
}

const types = 'type.googleapis.com/envoy.extensions';
const http = {
  slot: 'packet-inspector-http',
  wasm: `${types}.filters.http.wasm.v3.Wasm`,
  // Does nothing as it is: what stands in the slot until the module has come, and when it cannot be loaded.
  nothing: { '@type': `${types}.filters.http.fault.v3.HTTPFault` },
} as const;
const diameter = {
  slot: 'packet-inspector-diameter',
  wasm: `${types}.filters.network.wasm.v3.Wasm`,
  nothing: {
    '@type': `${types}.filters.network.connection_limit.v3.ConnectionLimit`,
    stat_prefix: 'packet_inspector_nothing',
    max_connections: '4294967295',
  },
} as const;

/**
 * The EnvoyFilters of a target: a slot in the proxies' filter chains, and apart from it what is in the slot. Later ones
 * that differ in the switch alone change no filter chain, so they close no connection.
 */
export function captureFilters(site: CaptureSite, target: FilterTarget, state: FilterSwitch): readonly Manifest[] {
  const { capture } = site;
  const names = filterNames(target.suffix);
  const selector = target.labels ? { workloadSelector: { labels: target.labels } } : {};
  const envoyFilter = (name: string, configPatches: readonly object[]) =>
    ownObject(
      resources.envoyFilter,
      site,
      { name, namespace: target.namespace },
      { spec: { ...selector, configPatches } },
    );
  const objects: Manifest[] = [];
  if (capture.http) {
    objects.push(
      envoyFilter(names.http, [
        slotPatch(http, 'ANY', 'HTTP_FILTER', {
          filterChain: {
            filter: {
              name: 'envoy.filters.network.http_connection_manager',
              subFilter: { name: 'envoy.filters.http.router' },
            },
          },
        }),
        contentPatch(http, 'ANY', site, state),
      ]),
    );
  }
  if (capture.diameterPort !== null) {
    const listener = {
      portNumber: capture.diameterPort,
      filterChain: { filter: { name: 'envoy.filters.network.tcp_proxy' } },
    };
    const contexts = ['SIDECAR_INBOUND', 'SIDECAR_OUTBOUND'] as const;
    objects.push(
      envoyFilter(names.diameter, [
        ...contexts.map((context) => slotPatch(diameter, context, 'NETWORK_FILTER', listener)),
        ...contexts.map((context) => contentPatch(diameter, context, site, state)),
      ]),
    );
  }
  return objects;
}

type Slot = typeof http | typeof diameter;
type PatchContext = 'ANY' | 'SIDECAR_INBOUND' | 'SIDECAR_OUTBOUND';

function slotPatch(slot: Slot, context: PatchContext, applyTo: string, listener: object): object {
  return {
    applyTo,
    match: { context, listener },
    patch: {
      operation: 'INSERT_BEFORE',
      value: {
        name: slot.slot,
        config_discovery: {
          config_source: { ads: {}, resource_api_version: 'V3', initial_fetch_timeout: '0s' },
          // Else a proxy that starts afresh waits for ever for what it cannot load, and serves nothing.
          apply_default_config_without_warming: true,
          default_config: slot.nothing,
          type_urls: [slot.wasm, slot.nothing['@type']],
        },
      },
    },
  };
}

function contentPatch(slot: Slot, context: PatchContext, site: CaptureSite, state: FilterSwitch): object {
  return {
    applyTo: 'EXTENSION_CONFIG',
    match: { context },
    patch: {
      operation: 'ADD',
      value: {
        name: slot.slot,
        typed_config: {
          '@type': slot.wasm,
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
      },
    },
  };
}

/** The same for both filters of a proxy, since they share one VM. Keys: native/capture-filter/assembly/configuration.ts */
function configurationText(site: CaptureSite, { capturing, generation }: FilterSwitch): string {
  const { bodyLimit, diameterPort } = site.capture;
  return [
    `capture=${capturing ? 'on' : 'off'}`,
    `cluster=${captureCluster}`,
    `authority=${serviceHost(aggregatorName, site.meshNamespace, site.settings.clusterDomain)}`,
    `body=${bodyLimit}`,
    ...(diameterPort === null ? [] : [`diameter=${diameterPort}`]),
    `gen=${generation}`,
  ].join(';');
}
