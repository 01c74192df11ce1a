/**
 * A program that captures with the context of `KUBECONFIG` that its first argument names, renews the lease, whose seconds are the
 * second, and says `capturing`; until it is killed.
 */
import { defaultCaptureOptions } from '../../../app/mesh/capture-options.ts';
import { createIstioDriver } from '../../../main/engine/clusters/istio/istio-driver.ts';
import { KubeClient } from '../../../main/engine/kube/client.ts';
import { KubeConnection } from '../../../main/engine/kube/connection.ts';
import { kubeconfigFiles, readContexts } from '../../../main/engine/kube/contexts.ts';

const [name = '', seconds = ''] = process.argv.slice(2);
const { contexts } = await readContexts(kubeconfigFiles());
const client = new KubeClient(new KubeConnection(contexts.find((context) => context.name === name)!.config()));
const driver = createIstioDriver({ name, client, eager: true, leaseGrace: Number(seconds) });
await driver.enable(defaultCaptureOptions);
console.log('capturing');
