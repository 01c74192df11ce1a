import { createIstioDriver } from '../../../main/engine/clusters/istio/istio-driver.ts';
import { KubeClient } from '../../../main/engine/kube/client.ts';
import { KubeConnection } from '../../../main/engine/kube/connection.ts';
import { readContexts } from '../../../main/engine/kube/contexts.ts';
import { startTestEngine } from '../engine.ts';

/**
 * An engine in a process of its own, so that it can be stopped and go on as a laptop that sleeps: forked with a kubeconfig and the
 * name of a context. Answers each message with its card and the number of its flows.
 */
const [kubeconfig = '', name = ''] = process.argv.slice(2);
const { contexts } = await readContexts([kubeconfig]);
const connection = new KubeConnection(contexts.find((context) => context.name === name)!.config());
const engine = startTestEngine();
engine.addCluster(createIstioDriver({ name, client: new KubeClient(connection), lookEvery: 500, eager: true }));
process.on('message', async () => {
  const { clusters } = await engine.handlers['clusters.list']({});
  const { flows } = await engine.handlers['session.info']({});
  process.send!({ card: clusters[0], flows });
});
process.on('disconnect', () => void engine.dispose().finally(() => process.exit(0)));
