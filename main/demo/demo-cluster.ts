import type { Log } from '../log.ts';
import { resourceBytes } from '../resources.ts';
import { createCertificateAuthority } from '../tls/certificates.ts';
import { startServices, startUsers } from './applications.ts';
import { createCapture } from './capture.ts';
import { createDemoNetwork } from './network.ts';
import { createRandom } from './random.ts';
import { type DemoSidecar, startSidecar } from './sidecar.ts';
import { workloads } from './topology.ts';

export interface DemoOptions {
  /** Repeats a run's choices. */
  readonly seed: number;
  /** Mean pause between two steps of users, in milliseconds. */
  readonly pause: number;
  readonly log: Log;
}

/** The demo cluster while it runs: its services talk all the time, captured or not. */
export interface DemoCluster {
  readonly pods: number;
  /** Path of the local socket of the receiver's live tail, while capture is on. */
  readonly tail: string;
  enable(): Promise<void>;
  disable(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the services, their sidecars and the traffic. Capture is off. */
export async function startDemoCluster(options: DemoOptions): Promise<DemoCluster> {
  const network = createDemoNetwork();
  const random = createRandom(options.seed);
  const authority = await createCertificateAuthority('demo mesh');
  const closing: (() => unknown)[] = [() => network.remove()];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    closing.push(await startServices(network, random));
    const module = new WebAssembly.Module(Uint8Array.from(resourceBytes('cluster', 'capture-filter.wasm')));
    const sidecars: DemoSidecar[] = [];
    for (const workload of workloads) {
      const uri = [`spiffe://cluster.local/ns/${workload.namespace}/sa/${workload.name}`];
      const sidecar = await startSidecar(workload, network, module, await authority.issue({ uri }));
      sidecars.push(sidecar);
      closing.push(() => sidecar.close());
    }
    closing.push(startUsers(network, random, options.pause));
    const capture = await createCapture(network, authority, sidecars, options.log);
    closing.push(() => capture.disable());
    return {
      pods: workloads.length,
      tail: network.socket('tail'),
      enable: capture.enable,
      disable: capture.disable,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
