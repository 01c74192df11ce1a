import { errorText } from '../../log.ts';
import { KubeClient } from '../kube/client.ts';
import { KubeConnection } from '../kube/connection.ts';
import { type KubeContext, kubeconfigFiles, readContexts } from '../kube/contexts.ts';
import { createBrokenDriver } from './broken-driver.ts';
import type { ClusterDriver } from './driver.ts';
import { createIstioDriver, type IstioDriverOptions } from './istio/istio-driver.ts';

/**
 * Adds a cluster for each context of the user's kubeconfig files. A context or file that is broken is listed and says so, and
 * harms no other.
 */
export async function addKubernetesClusters(
  engine: { addCluster(driver: ClusterDriver): void },
  files: readonly string[] = kubeconfigFiles(),
): Promise<void> {
  try {
    const { contexts, current, problems } = await readContexts(files);
    for (const context of contexts) engine.addCluster(contextDriver(context, { eager: context.name === current }));
    for (const problem of problems) engine.addCluster(createBrokenDriver('kubeconfig', problem));
  } catch (error) {
    engine.addCluster(createBrokenDriver('kubeconfig', errorText(error)));
  }
}

export function contextDriver(
  context: KubeContext,
  options: Omit<IstioDriverOptions, 'name' | 'client'>,
): ClusterDriver {
  const { name } = context;
  if (context.problem !== '') return createBrokenDriver(name, context.problem);
  try {
    return createIstioDriver({ name, client: new KubeClient(new KubeConnection(context.config())), ...options });
  } catch (error) {
    return createBrokenDriver(name, errorText(error));
  }
}
