import { join } from 'node:path';

/** What a sidecar of a test is. */
export interface SidecarOptions {
  /** Whose sidecar it is: of who calls (outbound listeners) or of who is called (inbound). */
  readonly role: 'consumer' | 'producer';
  /** Where its HTTP listener, named `http`, passes requests on to; none without. */
  readonly httpUpstream?: number;
  /** More HTTP listeners by name, and where they pass requests on to. */
  readonly httpUpstreams?: Readonly<Record<string, number>>;
  /** Where its TCP listener passes connections on to; none without. */
  readonly tcpUpstream?: number;
  readonly concurrency?: number;
  /** Node metadata as Istio's agent writes it; none stands for an Envoy without Istio. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** No filter: the baseline. */
  readonly filter?: FilterOptions;
  /** Port that the capture cluster points to. */
  readonly collector?: number;
  /** The capture cluster speaks HTTP/2 over mutual TLS, as in a mesh; HTTP/1.1 in plaintext without. */
  readonly collectorTls?: CollectorTls;
}

/** Certificates as PEM texts, and the name that the aggregator's certificate must bear. */
export interface CollectorTls {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  readonly name: string;
}

export interface FilterOptions {
  readonly module: Uint8Array;
  /** The filter's configuration text. */
  readonly configuration: string;
}

export const CAPTURE_CLUSTER = 'capture';

const WASM_HTTP = 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm';
const WASM_TCP = 'type.googleapis.com/envoy.extensions.filters.network.wasm.v3.Wasm';
const HTTP_NOTHING = 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault';
const TCP_NOTHING = 'type.googleapis.com/envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit';

/** The bootstrap: HTTP listeners and one named `tcp` on ports of Envoy's choice, the filter in a slot as on a mesh. */
export function bootstrap(folder: string, options: SidecarOptions): object {
  const listeners = [];
  const clusters = [];
  for (const [name, port] of Object.entries(httpUpstreams(options))) {
    const slot = options.filter && {
      name: 'capture-http',
      config_discovery: {
        config_source: { path_config_source: { path: join(folder, 'http.json') }, resource_api_version: 'V3' },
        apply_default_config_without_warming: true,
        default_config: { '@type': HTTP_NOTHING },
        type_urls: [WASM_HTTP, HTTP_NOTHING],
      },
    };
    const to = clusterName(options, name, port);
    listeners.push(listener(name, options, connectionManager(to, slot ? [slot] : [])));
    clusters.push(httpCluster(to, port));
  }
  if (options.tcpUpstream !== undefined) {
    const slot = options.filter && {
      name: 'capture-tcp',
      config_discovery: {
        config_source: { path_config_source: { path: join(folder, 'tcp.json') }, resource_api_version: 'V3' },
        apply_default_config_without_warming: true,
        default_config: { '@type': TCP_NOTHING, stat_prefix: 'nothing', max_connections: '4294967295' },
        type_urls: [WASM_TCP, TCP_NOTHING],
      },
    };
    const proxy = {
      name: 'envoy.filters.network.tcp_proxy',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
        stat_prefix: 'tcp',
        cluster: clusterName(options, 'tcp', options.tcpUpstream),
      },
    };
    listeners.push(listener('tcp', options, slot ? [slot, proxy] : [proxy]));
    clusters.push(cluster(clusterName(options, 'tcp', options.tcpUpstream), options.tcpUpstream));
  }
  if (options.collector !== undefined) clusters.push(captureCluster(options.collector, options.collectorTls));
  return {
    admin: { address: address(0) },
    node: { id: 'sidecar~127.0.0.1~test', cluster: 'test', metadata: options.metadata ?? {} },
    static_resources: { listeners, clusters },
  };
}

/** The files of the slots: what an extension config service would deliver. */
export function slotResources(filter: FilterOptions): Record<'http.json' | 'tcp.json', object> {
  const resource = (name: string, type: string) => ({
    resources: [
      {
        '@type': 'type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig',
        name,
        typed_config: { '@type': type, config: pluginConfig(filter) },
      },
    ],
  });
  return { 'http.json': resource('capture-http', WASM_HTTP), 'tcp.json': resource('capture-tcp', WASM_TCP) };
}

/** `envoy.extensions.wasm.v3.PluginConfig`: one VM for both filters, failing open. */
function pluginConfig(filter: FilterOptions): object {
  return {
    name: 'capture',
    root_id: 'capture',
    failure_policy: 'FAIL_OPEN',
    vm_config: {
      vm_id: 'capture',
      runtime: 'envoy.wasm.runtime.v8',
      code: { local: { inline_bytes: Buffer.from(filter.module).toString('base64') } },
    },
    configuration: { '@type': 'type.googleapis.com/google.protobuf.StringValue', value: filter.configuration },
  };
}

function httpUpstreams({ httpUpstream, httpUpstreams: more }: SidecarOptions): Record<string, number> {
  return { ...(httpUpstream === undefined ? {} : { http: httpUpstream }), ...more };
}

function clusterName({ role }: SidecarOptions, service: string, port: number): string {
  return role === 'producer' ? `inbound|${port}||` : `outbound|${port}||${service}.shop.svc.cluster.local`;
}

function listener(name: string, options: SidecarOptions, filters: object[]): object {
  return {
    name,
    traffic_direction: options.role === 'producer' ? 'INBOUND' : 'OUTBOUND',
    address: address(0),
    filter_chains: [{ filters }],
  };
}

function connectionManager(to: string, filters: object[]): object[] {
  const route = { cluster: to, timeout: '0s' };
  return [
    {
      name: 'envoy.filters.network.http_connection_manager',
      typed_config: {
        '@type':
          'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
        stat_prefix: 'http',
        http_protocol_options: { enable_trailers: true, accept_http_10: true },
        upgrade_configs: [{ upgrade_type: 'websocket' }],
        route_config: {
          virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route }] }],
        },
        http_filters: [
          ...filters,
          {
            name: 'envoy.filters.http.router',
            typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
          },
        ],
      },
    },
  ];
}

/** Speaks to the upstream what the downstream spoke: HTTP/1.1 or HTTP/2. */
function httpCluster(name: string, port: number): object {
  return {
    ...cluster(name, port),
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        use_downstream_protocol_config: {
          http_protocol_options: { enable_trailers: true },
          http2_protocol_options: {},
        },
      },
    },
  };
}

/** The defaults of 1024 requests would drop captures without a word. */
function captureCluster(port: number, tls: CollectorTls | undefined): object {
  const unlimited = { max_connections: 1024, max_pending_requests: 65536, max_requests: 65536 };
  const plain = { ...cluster(CAPTURE_CLUSTER, port), circuit_breakers: { thresholds: [unlimited] } };
  if (!tls) return plain;
  return {
    ...plain,
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
    transport_socket: {
      name: 'envoy.transport_sockets.tls',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
        sni: tls.name,
        common_tls_context: {
          alpn_protocols: ['h2'],
          tls_certificates: [
            { certificate_chain: { inline_string: tls.cert }, private_key: { inline_string: tls.key } },
          ],
          validation_context: {
            trusted_ca: { inline_string: tls.ca },
            match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: tls.name } }],
          },
        },
      },
    },
  };
}

function cluster(name: string, port: number): object {
  return {
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address: address(port) } }] }] },
  };
}

function address(port: number): object {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}
