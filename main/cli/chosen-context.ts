import { type KubeContext, kubeconfigFiles, readContexts } from '../engine/kube/contexts.ts';

/** The context of the kubeconfig that was named; the current one when none was. @throws when there is no such context */
export async function chosenContext(wanted: string | undefined): Promise<KubeContext> {
  const { contexts, current, problems } = await readContexts(kubeconfigFiles());
  const name = wanted ?? current;
  const found = contexts.find((one) => one.name === name);
  if (found) return found;
  const missing = name
    ? `There is no context ${name} in the kubeconfig.`
    : 'The kubeconfig has no current context: name one with --context.';
  throw new Error([missing, ...problems].join(' '));
}
