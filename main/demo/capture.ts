import { type Aggregator, createAggregator } from '../cluster/aggregator/aggregator.ts';
import { createReceiver, type Receiver } from '../cluster/receiver/receiver.ts';
import type { Log } from '../log.ts';
import { fixedIdentity } from '../tls/certificate-files.ts';
import type { CertificateAuthority } from '../tls/certificates.ts';
import type { DemoNetwork } from './network.ts';
import type { DemoSidecar } from './sidecar.ts';

/** DNS names of our parts, the same as in a real cluster. */
const aggregatorName = 'aspen-mesh-packet-inspector.istio-system.svc.cluster.local';
const receiverName = 'aspen-mesh-analysis-emulator.analysis-emulator.svc.cluster.local';

/** The demo needs little; a laptop has other things to do with its memory. */
const memoryLimit = 256 * 1024 * 1024;

/** The real aggregator and receiver, put into the demo cluster and taken out again. */
export interface DemoCapture {
  enable(): Promise<void>;
  disable(): Promise<void>;
}

export async function createCapture(
  network: DemoNetwork,
  authority: CertificateAuthority,
  sidecars: readonly DemoSidecar[],
  log: Log,
): Promise<DemoCapture> {
  const aggregatorIdentity = fixedIdentity(await authority.issue({ dns: [aggregatorName] }));
  const receiverIdentity = fixedIdentity(await authority.issue({ dns: [receiverName] }));
  let running: { readonly receiver: Receiver; readonly aggregator: Aggregator } | null = null;
  /** Filters take a configuration text only once. */
  let generation = 0;

  function switchFilters(capture: 'on' | 'off'): void {
    generation++;
    for (const sidecar of sidecars) sidecar.configure(`capture=${capture};cluster=packet-inspector;gen=${generation}`);
  }

  return {
    enable: async () => {
      if (running) return;
      const receiver = await createReceiver({
        listen: { path: network.socket('analysis') },
        identity: receiverIdentity,
        tail: { path: network.socket('tail') },
        // The session file of the engine is what is kept of a demo.
        folder: null,
        ringLimit: memoryLimit / 4,
        log,
      });
      const aggregator = await createAggregator({
        listen: { path: network.socket('aggregator') },
        identity: aggregatorIdentity,
        analysis: { path: network.socket('analysis') },
        analysisName: receiverName,
        node: 'demo',
        memoryLimit,
        log,
      });
      running = { receiver, aggregator };
      for (const sidecar of sidecars) sidecar.setTarget({ socket: network.socket('aggregator'), name: aggregatorName });
      switchFilters('on');
    },
    disable: async () => {
      if (!running) return;
      const { receiver, aggregator } = running;
      running = null;
      switchFilters('off');
      for (const sidecar of sidecars) sidecar.setTarget(null);
      await aggregator.close();
      await receiver.close();
    },
  };
}
