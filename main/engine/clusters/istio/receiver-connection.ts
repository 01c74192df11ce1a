import type { Duplex } from 'node:stream';
import type { Pod } from '../../../../app/mesh/kubernetes.ts';
import { analysisApp, analysisNamespace, tailPort } from '../../../../app/mesh/names.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { forwardPort } from '../../kube/forward.ts';

/** Opens a stream to the live tail of the receiver's pod, whichever that is now. */
export async function connectReceiver(client: KubeClient): Promise<Duplex> {
  const pods = await client.list<Pod>(resources.pod, { namespace: analysisNamespace, labels: `app=${analysisApp}` });
  const running = pods.filter(({ metadata, status }) => !metadata.deletionTimestamp && status?.phase === 'Running');
  const newest = running.sort((a, b) =>
    (a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? 1 : -1,
  );
  const [pod] = newest;
  if (!pod) {
    const states = pods.map(({ metadata, status }) => `${metadata.name} ${status?.phase ?? 'unknown'}`).join(', ');
    throw new Error(`no pod of the analysis service runs${states ? ` (${states})` : ''}`);
  }
  return forwardPort(client.connection, analysisNamespace, pod.metadata.name, tailPort);
}
