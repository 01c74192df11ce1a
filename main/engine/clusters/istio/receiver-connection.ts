import type { Duplex } from 'node:stream';
import type { Pod } from '../../../../app/mesh/kubernetes.ts';
import { analysisApp, analysisNamespace, tailPort } from '../../../../app/mesh/names.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { forwardPort } from '../../kube/forward.ts';

/** Who is not there is asked again soon. Milliseconds. */
const answerTimeout = 4_000;

/** Opens a stream to the live tail of the receiver's pod, whichever that is now. */
export async function connectReceiver(client: KubeClient): Promise<Duplex> {
  const pods = await client.list<Pod>(resources.pod, {
    namespace: analysisNamespace,
    labels: `app=${analysisApp}`,
    timeout: answerTimeout,
  });
  const running = pods.filter(({ metadata, status }) => !metadata.deletionTimestamp && status?.phase === 'Running');
  const newest = running.sort((a, b) =>
    (a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? 1 : -1,
  );
  const [pod] = newest;
  if (!pod) {
    const states = pods.map(({ metadata, status }) => `${metadata.name} ${status?.phase ?? 'unknown'}`).join(', ');
    throw new Error(`no pod of the analysis service is running${states ? ` (${states})` : ''}`);
  }
  const stream = await forwardPort(client.connection, analysisNamespace, pod.metadata.name, tailPort);
  watchPod(client, pod, stream);
  return stream;
}

/** A port-forward may stay open though nobody is at its other end any more: the pod is looked at so often. Milliseconds. */
const lookEvery = 1_500;

/** Ends the stream when its pod is going, or its program was started again. */
function watchPod(client: KubeClient, pod: Pod, stream: Duplex): void {
  const restarts = restartsOf(pod);
  const timer = setInterval(() => {
    client.find<Pod>(resources.pod, analysisNamespace, pod.metadata.name).then(
      (now) => {
        if (now === null || !isAlive(now, pod)) stream.destroy(new Error('the pod of the analysis service is gone'));
        else if (restartsOf(now) !== restarts) stream.destroy(new Error('the analysis service was restarted'));
      },
      // The API server being away says nothing about the pod; the stream's own pings tell of the connection.
      () => {},
    );
  }, lookEvery);
  stream.once('close', () => clearInterval(timer));
}

function isAlive({ metadata }: Pod, known: Pod): boolean {
  return metadata.uid === known.metadata.uid && metadata.deletionTimestamp === undefined;
}

function restartsOf({ status }: Pod): number {
  return status?.containerStatuses?.[0]?.restartCount ?? 0;
}
