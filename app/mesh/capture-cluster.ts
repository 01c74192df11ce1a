import type { CaptureSite } from './capture-site.ts';
import type { Manifest } from './kubernetes.ts';
import { aggregatorName, batchPort, clusterFilterName, serviceHost, spiffeId } from './names.ts';
import { ownObject } from './own-object.ts';
import { resources } from './resources.ts';

/** Envoy's name of the cluster that captures go to. */
export const captureCluster = 'packet-inspector';

/**
 * Gives the proxies of a namespace the way to the aggregator of their node, over mutual TLS with their workload
 * certificates. It is an object of its own, first in and last out: a filter without it loses what it has captured.
 */
export function captureClusterFilter(site: CaptureSite, namespace: string): Manifest {
  const host = serviceHost(aggregatorName, site.meshNamespace, site.settings.clusterDomain);
  return ownObject(
    resources.envoyFilter,
    site,
    { name: clusterFilterName, namespace },
    {
      spec: {
        configPatches: [
          { applyTo: 'CLUSTER', match: { context: 'ANY' }, patch: { operation: 'ADD', value: cluster(site, host) } },
        ],
      },
    },
  );
}

function cluster({ settings, meshNamespace }: CaptureSite, host: string): object {
  const identity = spiffeId(settings.trustDomain, meshNamespace, aggregatorName);
  return {
    name: captureCluster,
    type: 'STRICT_DNS',
    connect_timeout: '1s',
    // A Service keeps its address, and every proxy of the mesh asks: Envoy's default of 5 s is a load on the cluster's DNS. A name that is not known yet is.
    dns_refresh_rate: '60s',
    dns_failure_refresh_rate: { base_interval: '1s', max_interval: '10s' },
    // The filter bounds what is in flight by itself; Envoy's default of 1024 would drop captures without a word.
    circuit_breakers: {
      thresholds: [{ max_connections: 1024, max_pending_requests: 65_536, max_requests: 65_536, max_retries: 1024 }],
    },
    load_assignment: {
      cluster_name: captureCluster,
      endpoints: [
        {
          lb_endpoints: [{ endpoint: { address: { socket_address: { address: `${host}.`, port_value: batchPort } } } }],
        },
      ],
    },
    transport_socket: {
      name: 'envoy.transport_sockets.tls',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
        sni: host,
        common_tls_context: {
          tls_certificate_sds_secret_configs: [secret('default')],
          combined_validation_context: {
            default_validation_context: {
              match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { exact: identity } }],
            },
            validation_context_sds_secret_config: secret('ROOTCA'),
          },
        },
      },
    },
  };
}

/** Istio's agent serves each proxy its own certificate as `default` and the mesh's root as `ROOTCA`. */
function secret(name: string): object {
  return {
    name,
    sds_config: {
      resource_api_version: 'V3',
      initial_fetch_timeout: '0s',
      api_config_source: {
        api_type: 'GRPC',
        transport_api_version: 'V3',
        set_node_on_first_message_only: true,
        grpc_services: [{ envoy_grpc: { cluster_name: 'sds-grpc' } }],
      },
    },
  };
}
