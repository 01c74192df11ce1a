import { type CaptureSite, selectorOf } from './capture-site.ts';
import type { Manifest } from './kubernetes.ts';
import { slotLabel } from './names.ts';
import { ownObject } from './own-object.ts';
import { filterOwner } from './removal.ts';
import { resources } from './resources.ts';
import { type SlotKind, type SlotPlace, slotName } from './slot-places.ts';

const types = 'type.googleapis.com/envoy.extensions';

/** Of each kind of slot: the name that its content is delivered by (ECDS), and the filters that may stand in it. */
export const slotContents = {
  http: {
    name: 'packet-inspector-http',
    wasm: `${types}.filters.http.wasm.v3.Wasm`,
    // Does nothing as it is: what stands in the slot until the module has come, and when it cannot be loaded.
    nothing: { '@type': `${types}.filters.http.fault.v3.HTTPFault` },
  },
  diameter: {
    name: 'packet-inspector-diameter',
    wasm: `${types}.filters.network.wasm.v3.Wasm`,
    nothing: {
      '@type': `${types}.filters.network.connection_limit.v3.ConnectionLimit`,
      stat_prefix: 'packet_inspector_nothing',
      max_connections: '4294967295',
    },
  },
} as const satisfies Record<SlotKind, object>;

/** Gateways have no Diameter. */
export const slotContexts = {
  http: ['ANY'],
  diameter: ['SIDECAR_INBOUND', 'SIDECAR_OUTBOUND'],
} as const satisfies Record<SlotKind, readonly string[]>;

/**
 * The EnvoyFilter that puts a slot into the proxies' filter chains, and nothing else: only making and deleting it changes
 * listeners, and so drains connections. What is in the slot is delivered apart.
 */
export function slotFilter(site: CaptureSite, place: SlotPlace): Manifest {
  const { kind, target } = place;
  return ownObject(
    resources.envoyFilter,
    filterOwner(site),
    { name: slotName(place), namespace: target.namespace, labels: slotLabel },
    {
      spec: {
        ...selectorOf(target),
        configPatches: slotContexts[kind].map((context) => ({
          applyTo: kind === 'http' ? 'HTTP_FILTER' : 'NETWORK_FILTER',
          match: { context, listener: listenerOf(kind, site) },
          patch: { operation: 'INSERT_BEFORE', value: emptySlot(kind) },
        })),
      },
    },
  );
}

function listenerOf(kind: SlotKind, { capture }: CaptureSite): object {
  if (kind === 'diameter') {
    return {
      portNumber: capture.diameterPort,
      filterChain: { filter: { name: 'envoy.filters.network.tcp_proxy' } },
    };
  }
  const subFilter = { name: 'envoy.filters.http.router' };
  return { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager', subFilter } } };
}

function emptySlot(kind: SlotKind): object {
  const { name, wasm, nothing } = slotContents[kind];
  return {
    name,
    config_discovery: {
      config_source: { ads: {}, resource_api_version: 'V3', initial_fetch_timeout: '0s' },
      // Else a proxy that starts afresh waits for ever for what it cannot load, and serves nothing.
      apply_default_config_without_warming: true,
      default_config: nothing,
      type_urls: [wasm, nothing['@type']],
    },
  };
}
