import { Helm } from '../../helm/helm.ts';
import { KubeClient } from '../../kube/client.ts';
import { KubeConnection } from '../../kube/connection.ts';
import type { KubeContext } from '../../kube/contexts.ts';
import type { AspenOptions } from './aspen-driver.ts';

/** A cluster with Aspen Mesh, and the means to work on it. */
export interface AspenTarget extends Disposable {
  readonly client: KubeClient;
  readonly helm: Helm;
  readonly aspen: AspenOptions;
}

/** helm is named by an environment variable where it is not on PATH. */
export function aspenDefaults(): AspenOptions {
  return { helm: process.env.PACKET_INSPECTOR_HELM ?? '', chart: '', release: '' };
}

/** The helm program for a context of kubeconfig files. */
export function helmOf(
  { helm, interruption }: Pick<AspenOptions, 'helm' | 'interruption'>,
  files: readonly string[],
  context: string,
): Helm {
  return new Helm({ setting: helm, files, context, ...(interruption ? { interruption } : {}) });
}

/** For one command on a context of the kubeconfig. @throws Error when the context cannot be used */
export function aspenTarget(
  context: KubeContext,
  files: readonly string[],
  options: Partial<AspenOptions>,
): AspenTarget {
  const aspen = { ...aspenDefaults(), ...options };
  const client = new KubeClient(new KubeConnection(context.config()));
  return {
    client,
    aspen,
    helm: helmOf(aspen, files, context.name),
    [Symbol.dispose]: () => client.connection.close(),
  };
}
