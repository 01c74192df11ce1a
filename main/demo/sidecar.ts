import { Agent } from 'node:https';
import { filterTap } from '../sidecar/filter-tap.ts';
import { startHttp1Listener } from '../sidecar/http1-listener.ts';
import { startHttp2Listener } from '../sidecar/http2-listener.ts';
import type { Listener, ListenerOptions } from '../sidecar/listener.ts';
import { type HttpCall, ProxyWasmVm } from '../sidecar/proxy-wasm/vm.ts';
import { startTcpListener } from '../sidecar/tcp-listener.ts';
import type { TlsIdentity } from '../tls/certificate-files.ts';
import { applicationSocket, type DemoNetwork, inboundSocket, outboundSocket } from './network.ts';
import { type CaptureTarget, postBatch } from './post-batch.ts';
import { type DemoWorkload, type PortProtocol, workloadNamed, workloads } from './topology.ts';

/** The proxy beside one workload: its listeners, and the capture filter that they show everything to. */
export interface DemoSidecar {
  /** Gives the filter a new configuration text, as a change of its slot does in a mesh. */
  configure(text: string): void;
  /** Sets where the filter's batches go; null while there is no aggregator. */
  setTarget(target: CaptureTarget | null): void;
  close(): Promise<void>;
}

/** Envoy's name for a cluster of a service: `outbound|50051||shipping.shop.svc.cluster.local`. */
function clusterName(direction: 'inbound' | 'outbound', workload: DemoWorkload): string {
  const port = workload.service!.port;
  return direction === 'inbound'
    ? `inbound|${port}||`
    : `outbound|${port}||${workload.name}.${workload.namespace}.svc.cluster.local`;
}

const startListener = {
  'http/1.1': startHttp1Listener,
  'http/2': startHttp2Listener,
  grpc: startHttp2Listener,
  diameter: startTcpListener,
} satisfies Record<PortProtocol, (options: ListenerOptions) => Promise<Listener>>;

/** Starts the sidecar of one workload, with a listener for each workload that calls it and each that it calls. */
export async function startSidecar(
  workload: DemoWorkload,
  network: DemoNetwork,
  module: WebAssembly.Module,
  identity: TlsIdentity,
): Promise<DemoSidecar> {
  let target: CaptureTarget | null = null;
  const agent = new Agent({ keepAlive: true, cert: identity.cert, key: identity.key, ca: identity.ca });

  function httpCall(call: HttpCall, answer: (status: number | null) => void): boolean {
    if (!target) return false;
    postBatch(call, target, agent, answer);
    return true;
  }

  const vm = new ProxyWasmVm({
    module,
    configuration: 'capture=off',
    properties: {
      xds: {
        node: {
          id: `sidecar~${workload.address}~${workload.pod}.${workload.namespace}`,
          cluster: `${workload.name}.${workload.namespace}`,
          metadata: {
            NAME: workload.pod,
            NAMESPACE: workload.namespace,
            WORKLOAD_NAME: workload.name,
            SERVICE_ACCOUNT: workload.name,
            NODE_NAME: workload.node,
            LABELS: { app: workload.name },
          },
        },
      },
    },
    httpCall,
    now: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n,
    log: (message) => process.stderr.write(`${workload.pod}: ${message}\n`),
  });
  const tap = filterTap(vm);
  const listeners: Listener[] = [];
  const { service } = workload;
  for (const caller of workloads) {
    if (!service || !caller.calls.includes(workload.name)) continue;
    listeners.push(
      await startListener[service.protocol]({
        role: 'producer',
        listen: network.socket(inboundSocket(caller.name, workload.name)),
        forward: network.socket(applicationSocket(workload.name)),
        sourceAddress: caller.address,
        destination: { address: workload.address, port: service.port },
        upstream: { address: workload.address, port: service.port },
        upstreamCluster: clusterName('inbound', workload),
        tap,
      }),
    );
  }
  for (const name of workload.calls) {
    const callee = workloadNamed(name);
    const { address, port, protocol } = callee.service!;
    listeners.push(
      await startListener[protocol]({
        role: 'consumer',
        listen: network.socket(outboundSocket(workload.name, name)),
        forward: network.socket(inboundSocket(workload.name, name)),
        sourceAddress: workload.address,
        destination: { address, port },
        upstream: { address: callee.address, port },
        upstreamCluster: clusterName('outbound', callee),
        tap,
      }),
    );
  }
  const timer = setInterval(() => vm.tick(), Math.max(50, vm.tickPeriod || 250));
  return {
    configure: (text) => vm.configure(text),
    setTarget: (next) => {
      target = next;
    },
    close: async () => {
      clearInterval(timer);
      await Promise.all(listeners.map((listener) => listener.close()));
      agent.destroy();
    },
  };
}
