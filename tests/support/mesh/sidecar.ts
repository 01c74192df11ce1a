import { type MeshProxy, type ProxySetup, type ProxyWorkload, proxyAddress, startProxy } from './mesh-proxy.ts';
import {
  type Applied,
  application,
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
  const objects = [...workloadObjects(workload), ingressOf(workload, host)];
  for (const [manifest, plural] of objects) await setup.plane.apply(manifest, plural);
  const role = { kind: 'sidecar', interception: 'NONE', labels: { app: workload.name } } as const;
  const proxy = await startProxy(setup, workload, role);
  await proxy.listens(`${host}:${httpPort}`);
  return { ...proxy, host, httpPort, grpcPort, diameterPort };
}

/**
 * A sidecar as it is where iptables lead all connections to it: one listener for what comes in, with a filter chain for each
 * port. Nothing leads connections there on this machine, so it shows how istiod configures it and no more.
 */
export async function startInterceptingSidecar(setup: ProxySetup, workload: ProxyWorkload): Promise<MeshProxy> {
  for (const [manifest, plural] of workloadObjects(workload)) await setup.plane.apply(manifest, plural);
  const role = { kind: 'sidecar', interception: 'REDIRECT', labels: { app: workload.name } } as const;
  const proxy = await startProxy(setup, workload, role);
  await proxy.listens(':15006');
  return proxy;
}

function workloadObjects({ namespace, name }: ProxyWorkload): readonly Applied[] {
  return [
    ...meshNamespace(namespace, { 'istio-injection': 'enabled' }),
    serviceOf(namespace, name, { http: httpPort, grpc: grpcPort, 'tcp-diameter': diameterPort }),
    deploymentOf(namespace, name, [application, proxyContainer('sidecar')]),
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
