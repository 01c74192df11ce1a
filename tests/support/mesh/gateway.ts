import type { Manifest } from '../../../app/mesh/kubernetes.ts';
import { type MeshProxy, type ProxySetup, type ProxyWorkload, proxyAddress, startProxy } from './mesh-proxy.ts';
import { type Applied, deploymentOf, proxyContainer } from './workload-objects.ts';

export interface GatewayWorkload extends ProxyWorkload {
  /** Ports of what is behind it. */
  readonly http: number;
  readonly diameter: number;
}

/** A gateway of the mesh: a real Envoy that leads HTTP, and TCP on the port of Diameter, to applications of this machine. */
export interface MeshGateway extends MeshProxy {
  readonly host: string;
  readonly httpPort: number;
  readonly diameterPort: number;
}

const httpPort = 8080;
const diameterPort = 3868;

export async function startGateway(setup: ProxySetup, workload: GatewayWorkload): Promise<MeshGateway> {
  const host = proxyAddress(setup.plane);
  for (const [manifest, plural] of gatewayObjects(workload, host)) await setup.plane.apply(manifest, plural);
  const role = { kind: 'router', interception: 'NONE', labels: { app: workload.name } } as const;
  const proxy = await startProxy(setup, workload, role);
  for (const port of [httpPort, diameterPort]) await proxy.listens(`${host}:${port}`);
  await proxy.serves(host, httpPort);
  return { ...proxy, host, httpPort, diameterPort };
}

function gatewayObjects({ namespace, name, http, diameter }: GatewayWorkload, bind: string): readonly Applied[] {
  const of = (kind: string, objectName: string, spec: object): Manifest => ({
    apiVersion: 'networking.istio.io/v1',
    kind,
    metadata: { name: objectName, namespace },
    spec,
  });
  const behind = (host: string, protocol: string, number: number) =>
    of('ServiceEntry', `behind-${protocol.toLowerCase()}`, {
      hosts: [host],
      location: 'MESH_EXTERNAL',
      resolution: 'STATIC',
      ports: [{ number, protocol, name: protocol.toLowerCase() }],
      endpoints: [{ address: '127.0.0.1' }],
    });
  const routed = (host: string, number: number) => [{ destination: { host, port: { number } } }];
  return [
    deploymentOf(namespace, name, [proxyContainer('router')]),
    [behind('http.behind', 'HTTP', http), 'serviceentries'],
    [behind('diameter.behind', 'TCP', diameter), 'serviceentries'],
    [
      of('Gateway', name, {
        selector: { app: name },
        servers: [
          { port: { number: httpPort, protocol: 'HTTP', name: 'http' }, hosts: ['*'], bind },
          { port: { number: diameterPort, protocol: 'TCP', name: 'tcp-diameter' }, hosts: ['*'], bind },
        ],
      }),
      'gateways',
    ],
    [
      of('VirtualService', name, {
        hosts: ['*'],
        gateways: [name],
        http: [{ route: routed('http.behind', http) }],
        tcp: [{ match: [{ port: diameterPort }], route: routed('diameter.behind', diameter) }],
      }),
      'virtualservices',
    ],
  ];
}
