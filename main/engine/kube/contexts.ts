import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Cluster, Context, KubeConfig, User } from '@kubernetes/client-node';
import { errorText } from '../../log.ts';

/** A context of the user's kubeconfig files. */
export interface KubeContext {
  readonly name: string;
  /** Why it cannot be used; ''. */
  readonly problem: string;
  /** A configuration that has this context as its current one. @throws when there is a problem */
  config(): KubeConfig;
}

export interface KubeContexts {
  readonly contexts: readonly KubeContext[];
  readonly current: string;
  /** Files that cannot be read, in sentences. */
  readonly problems: readonly string[];
}

/** The files of `KUBECONFIG`, or the usual one. */
export function kubeconfigFiles(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  const listed = (environment.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  return listed.length > 0 ? listed : [join(environment.HOME ?? homedir(), '.kube', 'config')];
}

/**
 * Reads all contexts of all files as kubectl does: what a name stands for first holds, and a context of one file may use a
 * cluster or user of another. A file or context that is broken harms no other. client-node is loaded here, not before: it is
 * large.
 */
export async function readContexts(files: readonly string[]): Promise<KubeContexts> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const contexts = new Map<string, Context>();
  const clusters = new Map<string, Cluster>();
  const users = new Map<string, User>();
  const problems: string[] = [];
  let current = '';
  for (const file of files) {
    const config = new KubeConfig();
    try {
      config.loadFromFile(file, { onInvalidEntry: 'filter' });
    } catch (error) {
      // The usual file, or one of a list, that is not there is no fault.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        problems.push(`${file} cannot be read: ${errorText(error)}`);
      continue;
    }
    for (const context of config.contexts) if (!contexts.has(context.name)) contexts.set(context.name, context);
    for (const cluster of config.clusters) if (!clusters.has(cluster.name)) clusters.set(cluster.name, cluster);
    for (const user of config.users) if (!users.has(user.name)) users.set(user.name, user);
    current ||= config.currentContext ?? '';
  }
  return {
    current,
    problems,
    contexts: [...contexts.values()].map((context) => {
      const cluster = clusters.get(context.cluster);
      const user = users.get(context.user);
      const problem = problemOf(context, cluster, user);
      return {
        name: context.name,
        problem,
        config() {
          if (problem !== '') throw new Error(problem);
          const config = new KubeConfig();
          config.loadFromOptions({
            contexts: [context],
            clusters: cluster ? [cluster] : [],
            users: user ? [user] : [],
            currentContext: context.name,
          });
          return config;
        },
      };
    }),
  };
}

function problemOf(context: Context, cluster: Cluster | undefined, user: User | undefined): string {
  if (!cluster) return `The kubeconfig has no cluster "${context.cluster}", which the context ${context.name} names.`;
  if (!user) return `The kubeconfig has no user "${context.user}", which the context ${context.name} names.`;
  if (!/^https?:\/\/[^/]/.test(cluster.server)) {
    return `The server of the cluster ${cluster.name} is "${cluster.server}", which is no address.`;
  }
  return '';
}
