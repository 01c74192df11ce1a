import { type MeshProxy, type ProxySetup, type ProxyWorkload, proxyAddress, startProxy } from './mesh-proxy.ts';
import {
  type Applied,
  application,
  barePodOf,
  deploymentOf,
  meshNamespace,
  proxyContainer,
  serviceOf,
} from './workload-objects.ts';

export interface SidecarWorkload extends ProxyWorkload {
  /** Ports of the applications behind the proxy. */
  readonly http: number;
  readonly grpc?: number;
  readonly diameter?: number;
  /** Its pod has the very name, and no Deployment. */
  readonly isBare?: boolean;
}

/** A workload of one pod with a real Envoy as its sidecar. */
export interface MeshSidecar extends MeshProxy {
  /** Where the proxy takes what comes in. */
  readonly host: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly diameterPort: number;
}

const httpPort = 8080;
const grpcPort = 8081;
const diameterPort = 3868;

export async function startSidecar(setup: ProxySetup, workload: SidecarWorkload): Promise<MeshSidecar> {
  const host = proxyAddress(setup.plane);
  const { namespace, name, isBare = false } = workload;
  const made = isBare ? barePodOf(namespace, name, containers) : deploymentOf(namespace, name, containers);
  const objects = [...surroundings(workload), made, ingressOf(workload, host)];
  for (const [manifest, plural] of objects) await setup.plane.apply(manifest, plural);
  const role = { kind: 'sidecar', interception: 'NONE', labels: { app: workload.name } } as const;
  const proxy = await startProxy(setup, workload, role);
  await proxy.listens(`${host}:${httpPort}`);
  await proxy.serves(host, httpPort);
  return { ...proxy, host, httpPort, grpcPort, diameterPort };
}

/**
 * A sidecar as it is where iptables lead all connections to it: one listener for what comes in, with a filter chain for each
 * port. Nothing leads connections there on this machine, so it shows how istiod configures it and no more.
 */
export async function startInterceptingSidecar(setup: ProxySetup, workload: ProxyWorkload): Promise<MeshProxy> {
  const made = deploymentOf(workload.namespace, workload.name, containers);
  for (const [manifest, plural] of [...surroundings(workload), made]) await setup.plane.apply(manifest, plural);
  const role = { kind: 'sidecar', interception: 'REDIRECT', labels: { app: workload.name } } as const;
  const proxy = await startProxy(setup, workload, role);
  await proxy.listens(':15006');
  return proxy;
}

const containers = [application, proxyContainer('sidecar')];

function surroundings({ namespace, name }: ProxyWorkload): readonly Applied[] {
  return [
    ...meshNamespace(namespace, { 'istio-injection': 'enabled' }),
    serviceOf(namespace, name, { http: httpPort, grpc: grpcPort, 'tcp-diameter': diameterPort }),
  ];
}

/** Has the proxy listen by itself, since nothing leads connections to it. */
function ingressOf({ namespace, name, http, grpc, diameter }: SidecarWorkload, host: string): Applied {
  const listener = (number: number, protocol: string, portName: string, to: number) => ({
    port: { number, protocol, name: portName },
    bind: host,
    captureMode: 'NONE',
    defaultEndpoint: `127.0.0.1:${to}`,
  });
  const ingress = [
    listener(httpPort, 'HTTP', 'http', http),
    ...(grpc === undefined ? [] : [listener(grpcPort, 'GRPC', 'grpc', grpc)]),
    ...(diameter === undefined ? [] : [listener(diameterPort, 'TCP', 'tcp-diameter', diameter)]),
  ];
  return [
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Sidecar',
      metadata: { name, namespace },
      spec: { workloadSelector: { labels: { app: name } }, ingress, egress: [{ hosts: ['./*'] }] },
    },
    'sidecars',
  ];
}
