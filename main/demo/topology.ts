import type { Endpoint } from '../../app/model/endpoint.ts';

/** What the service's port speaks; the sidecars of both ends are set to it, as a Kubernetes port name would. */
export type PortProtocol = 'http/1.1' | 'http/2' | 'grpc' | 'diameter';

/** One workload of the demo cluster: a single pod behind a service, with its sidecar. */
export interface DemoWorkload {
  readonly namespace: string;
  /** Service, Deployment and container name. */
  readonly name: string;
  readonly pod: string;
  readonly node: string;
  /** The pod's address. */
  readonly address: string;
  /** The service's cluster address and port; null for pods that only call others. */
  readonly service: (Endpoint & { readonly protocol: PortProtocol }) | null;
  /** Names of the workloads whose services it calls. */
  readonly calls: readonly string[];
}

function workload(
  number: number,
  namespace: string,
  name: string,
  suffix: string,
  port: number,
  protocol: PortProtocol | null,
  ...calls: readonly string[]
): DemoWorkload {
  return {
    namespace,
    name,
    pod: `${name}-${suffix}`,
    node: number % 2 === 0 ? 'node-a' : 'node-b',
    address: `10.42.${number % 2}.${10 + number}`,
    service: protocol === null ? null : { address: `10.96.0.${10 + number}`, port, protocol },
    calls,
  };
}

/** A small shop and a Diameter charging pair, about as many services as fit on one screen. */
export const workloads: readonly DemoWorkload[] = [
  workload(1, 'shop', 'storefront', '6b9f7c5d88-q4ztl', 0, null, 'frontend', 'catalog', 'shipping'),
  workload(2, 'shop', 'frontend', '7d9f86c5b4-x2k8p', 8080, 'http/1.1', 'catalog', 'cart', 'checkout', 'recommend'),
  workload(3, 'shop', 'catalog', '5c44d9b6f7-m7wnd', 3550, 'grpc'),
  workload(4, 'shop', 'cart', '66b8f4d7c9-ht5vx', 7070, 'grpc'),
  workload(5, 'shop', 'checkout', '84c6b5d9f8-zk2rj', 5050, 'http/1.1', 'cart', 'payments', 'shipping', 'email'),
  workload(6, 'shop', 'payments', '0', 50051, 'grpc'),
  workload(7, 'shop', 'shipping', 'b1a7c8d6f5-9xq4w', 50051, 'grpc'),
  workload(8, 'shop', 'recommend', '9fdc7b6a58-t6m2s', 8443, 'http/2'),
  workload(9, 'shop', 'email', '3c2d8f7b96-kw8zn', 8080, 'http/1.1'),
  workload(10, 'epc', 'pcef', '1', 0, null, 'ocs', 'pcrf'),
  workload(11, 'epc', 'ocs', '0', 3868, 'diameter'),
  workload(12, 'epc', 'pcrf', '0', 3868, 'diameter'),
];

/** A service by its name; the demo's names are unique over its namespaces. */
export function workloadNamed(name: string): DemoWorkload {
  const found = workloads.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`the demo cluster has no workload ${name}`);
  return found;
}
