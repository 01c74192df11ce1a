import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Manifest, Pod } from '../../../app/mesh/kubernetes.ts';
import { aggregatorName, serviceHost, spiffeId } from '../../../app/mesh/names.ts';
import { resources } from '../../../app/mesh/resources.ts';
import type { CertificateAuthority } from '../../../main/tls/certificates.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { eventually, type RunningProgram, startProgram } from '../control-plane/program.ts';
import { envoyBinary } from '../envoy.ts';
import { freePorts } from '../free-ports.ts';
import type { Istiod } from './istiod.ts';
import { startNameServer } from './name-server.ts';
import type { PodRunner } from './pod-runner.ts';
import { startSecretServer } from './secret-server.ts';

export interface ProxySetup {
  readonly plane: ControlPlane;
  readonly istiod: Istiod;
  readonly pods: PodRunner;
  readonly authority: CertificateAuthority;
}

export interface ProxyWorkload {
  readonly namespace: string;
  /** Of the workload; its pods have the label `app` with it. */
  readonly name: string;
  /** Version of Envoy; the newest when left out. */
  readonly envoy?: string;
}

/** How a proxy says to istiod what it is. */
export interface ProxyRole {
  readonly kind: 'sidecar' | 'router';
  /** Whether connections are led to it by iptables: then it has one listener for all that comes in. */
  readonly interception: 'NONE' | 'REDIRECT';
  readonly labels: Readonly<Record<string, string>>;
}

/** A real Envoy, configured by the real istiod, as the proxy of a pod that kwok plays. */
export interface MeshProxy extends AsyncDisposable {
  readonly pod: string;
  readonly program: RunningProgram;
  admin(path: string): Promise<string>;
  /** Waits until a listener is there whose address ends so. */
  listens(address: string): Promise<void>;
  /** Waits until a port of it takes connections: a listener is told of before its worker does. */
  serves(host: string, port: number): Promise<void>;
}

/** Loopback address of its own for a proxy to listen on. */
export function proxyAddress({ loopback }: ControlPlane): string {
  return `127.${loopback}.${next++}.1`;
}
/** Third number of the proxies' loopback addresses. */
let next = 10;

export async function startProxy(setup: ProxySetup, workload: ProxyWorkload, role: ProxyRole): Promise<MeshProxy> {
  const { plane, istiod, pods, authority } = setup;
  const pod = await eventually('the pod runs', async () => {
    const all = await plane.admin.list<Pod>(resources.pod, {
      namespace: workload.namespace,
      labels: `app=${workload.name}`,
    });
    return all.find(({ status }) => status?.phase === 'Running' && status.podIP) ?? null;
  });
  const names = await startNameServer((name) =>
    name === serviceHost(aggregatorName, 'istio-system', istiod.settings.clusterDomain)
      ? pods.addresses.aggregator(pod.spec.nodeName ?? '')
      : null,
  );
  const secrets = await startSecretServer(
    await authority.issue({ uri: [spiffeId(istiod.settings.trustDomain, workload.namespace, 'default')] }),
  );
  const [adminPort] = (await freePorts(1)) as [number];
  await plane.apply(adminForward(pod, adminPort), 'clusterportforwards');
  const folder = join(plane.folder, `envoy-${workload.namespace}-${workload.name}`);
  mkdirSync(folder, { recursive: true });
  const ports = { ads: istiod.port, sds: secrets.port, dns: names.port, admin: adminPort };
  const bootstrap = bootstrapOf(pod, workload, role, ports, istiod.settings.clusterDomain);
  writeFileSync(join(folder, 'envoy.json'), JSON.stringify(bootstrap));
  const program = startProgram(folder, 'envoy', envoyBinary(workload.envoy ?? '1.40.0')!, [
    ...['-c', join(folder, 'envoy.json'), '--disable-hot-restart', '--concurrency', '1', '--log-level', 'warning'],
    ...['--drain-time-s', '45', '--drain-strategy', 'immediate'],
  ]);
  const admin = async (path: string) => (await fetch(`http://127.0.0.1:${adminPort}${path}`)).text();
  const listens = async (address: string) => {
    await eventually('the proxy listens', async () => {
      if (program.process.exitCode !== null) throw new Error(program.log().slice(-2000));
      return (await admin('/listeners')).includes(address);
    });
  };
  return {
    pod: pod.metadata.name,
    program,
    admin,
    listens,
    serves: async (host, port) => {
      await eventually('the proxy takes connections', () => takesConnections(host, port));
    },
    async [Symbol.asyncDispose]() {
      await program.stop();
      await names[Symbol.asyncDispose]();
      await secrets[Symbol.asyncDispose]();
    },
  };
}

function takesConnections(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** The port that Istio has a proxy's admin on, as whoever may open ports of the pod reaches it. */
function adminForward({ metadata: { namespace = '', name } }: Pod, port: number): Manifest {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'ClusterPortForward',
    metadata: { name: `admin-${name}` },
    spec: {
      selector: { matchNamespaces: [namespace], matchNames: [name] },
      forwards: [{ ports: [15_000], target: { address: '127.0.0.1', port } }],
    },
  };
}

function bootstrapOf(
  pod: Pod,
  { namespace, name }: ProxyWorkload,
  { kind, interception, labels }: ProxyRole,
  ports: { readonly ads: number; readonly sds: number; readonly dns: number; readonly admin: number },
  domain: string,
): object {
  const cluster = (clusterName: string, port: number) => ({
    name: clusterName,
    type: 'STATIC',
    connect_timeout: '1s',
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
    load_assignment: {
      cluster_name: clusterName,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: socketAddress(port) } }] }],
    },
  });
  const grpc = { grpc_services: [{ envoy_grpc: { cluster_name: 'xds-grpc' } }] };
  return {
    admin: { address: socketAddress(ports.admin) },
    node: {
      id: `${kind}~${pod.status?.podIP}~${pod.metadata.name}.${namespace}~${namespace}.svc.${domain}`,
      cluster: `${name}.${namespace}`,
      metadata: {
        NAME: pod.metadata.name,
        NAMESPACE: namespace,
        WORKLOAD_NAME: name,
        SERVICE_ACCOUNT: 'default',
        NODE_NAME: pod.spec.nodeName,
        LABELS: labels,
        INTERCEPTION_MODE: interception,
        ISTIO_VERSION: '1.31.1',
        CLUSTER_ID: 'Kubernetes',
        INSTANCE_IPS: pod.status?.podIP,
      },
    },
    dynamic_resources: {
      ads_config: { api_type: 'GRPC', transport_api_version: 'V3', set_node_on_first_message_only: true, ...grpc },
      cds_config: { ads: {}, resource_api_version: 'V3' },
      lds_config: { ads: {}, resource_api_version: 'V3' },
    },
    static_resources: { clusters: [cluster('xds-grpc', ports.ads), cluster('sds-grpc', ports.sds)] },
    typed_dns_resolver_config: {
      name: 'envoy.network.dns_resolver.cares',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig',
        resolvers: [{ socket_address: { address: '127.0.0.1', port_value: ports.dns } }],
        use_resolvers_as_fallback: false,
        dns_resolver_options: { use_tcp_for_dns_lookups: false, no_default_search_domain: true },
      },
    },
  };
}

function socketAddress(port: number): object {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}
