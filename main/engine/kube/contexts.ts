import type { RequestOptions } from 'node:https';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Cluster, KubeConfig, User } from '@kubernetes/client-node';
import { errorText } from '../../log.ts';
import { type Credentials, TokenFile } from './credentials.ts';
import { environmentProxy } from './environment-proxy.ts';
import { ExecCredentials, type ExecPlugin } from './exec-credentials.ts';
import { type ImpersonationHeaders, impersonationHeaders } from './impersonation.ts';
import {
  type ClusterEntry,
  type ContextEntry,
  type Entry,
  type KubeconfigFile,
  readKubeconfigFile,
  type UserEntry,
} from './kubeconfig-file.ts';

/** How the API server of a context is reached, and as whom. */
export interface ContextConfig {
  /** Has the context as its current one. */
  readonly config: KubeConfig;
  /** Of the program or file that gives the credentials, where there is one. */
  readonly credentials: Credentials | null;
  /** Of each request: as whom it acts. */
  readonly headers?: ImpersonationHeaders;
  /** False where the kubeconfig wants answers as they are (`disable-compression`), as over a fast network. */
  readonly compressed?: boolean;
}

/** A context of the user's kubeconfig files. */
export interface KubeContext {
  readonly name: string;
  /** Why it cannot be used; ''. */
  readonly problem: string;
  /** Equal as long as what the files say of the cluster, and of the user, is. */
  readonly fingerprint: { readonly cluster: string; readonly user: string };
  /** @throws Error when there is a problem */
  config(): ContextConfig;
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
  const problems: string[] = [];
  const read = files.flatMap((file): KubeconfigFile[] => {
    try {
      return [readKubeconfigFile(file)];
    } catch (error) {
      // The usual file, or one of a list, that is not there is no fault.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        problems.push(`${file} cannot be read: ${errorText(error).split('\n')[0]}`);
      }
      return [];
    }
  });
  const contexts = firstOf(read.flatMap((file) => file.contexts));
  const clusters = firstOf(read.flatMap((file) => file.clusters));
  const users = firstOf(read.flatMap((file) => file.users));
  return {
    current: read.map((file) => file.current).find((name) => name !== '') ?? '',
    problems,
    contexts: [...contexts.values()].map((context) => kubeContext(context, clusters, users, () => new KubeConfig())),
  };
}

function firstOf<Value>(entries: readonly Entry<Value>[]): ReadonlyMap<string, Entry<Value>> {
  const byName = new Map<string, Entry<Value>>();
  for (const entry of entries) if (!byName.has(entry.name)) byName.set(entry.name, entry);
  return byName;
}

/** Whom the API server takes us for when the context names no user. */
const anonymous: UserEntry = {
  user: { name: 'anonymous' },
  exec: null,
  tokenFile: '',
  impersonation: { user: '', uid: '', groups: [], extra: {} },
};

function kubeContext(
  context: Entry<ContextEntry>,
  clusters: ReadonlyMap<string, Entry<ClusterEntry>>,
  users: ReadonlyMap<string, Entry<UserEntry>>,
  createConfig: () => KubeConfig,
): KubeContext {
  const { name } = context;
  const cluster = clusters.get(context.value?.cluster ?? '');
  const user = context.value?.user === '' ? { value: anonymous, problem: '' } : users.get(context.value?.user ?? '');
  const problem = problemOf(context, cluster, user);
  return {
    name,
    problem,
    fingerprint: { cluster: JSON.stringify([problem, cluster]), user: JSON.stringify(user) },
    config() {
      if (problem !== '' || !cluster?.value || !user?.value) throw new Error(problem);
      return configOf(name, cluster.value, user.value, createConfig());
    },
  };
}

function problemOf(
  { name, value, problem }: Entry<ContextEntry>,
  cluster: { readonly problem: string } | undefined,
  user: { readonly problem: string } | undefined,
): string {
  if (value === null) return problem;
  if (!cluster) return `The kubeconfig has no cluster "${value.cluster}", which the context ${name} names.`;
  if (!user) return `The kubeconfig has no user "${value.user}", which the context ${name} names.`;
  return cluster.problem || user.problem;
}

/**
 * Exec plugins are run by us: client-node's way would ask for the same credentials once for each request that waits. So are files with tokens
 * read: it sends the end of the line with them, and keeps them for a minute after they were replaced.
 */
const ownProvider = 'packet-inspector';

function configOf(
  name: string,
  { cluster: named, compressed }: ClusterEntry,
  { user, exec, tokenFile, impersonation }: UserEntry,
  config: KubeConfig,
): ContextConfig {
  const proxyUrl = named.proxyUrl || environmentProxy(named.server);
  const cluster: Cluster = { ...named, ...(proxyUrl && { proxyUrl }) };
  const credentials = credentialsOf(exec, tokenFile, cluster);
  const known: User = credentials ? { ...user, authProvider: { name: ownProvider } } : user;
  config.loadFromOptions({
    contexts: [{ name, cluster: cluster.name, user: user.name }],
    clusters: [cluster],
    users: [known],
    currentContext: name,
  });
  if (credentials) {
    config.addAuthenticator({
      isAuthProvider: (one) => one.authProvider?.name === ownProvider,
      applyAuthentication: (_user, options) => credentials.apply(options as RequestOptions),
    });
  }
  return { config, credentials, headers: impersonationHeaders(impersonation), compressed };
}

function credentialsOf(exec: ExecPlugin | null, tokenFile: string, cluster: Cluster): Credentials | null {
  if (tokenFile !== '') return new TokenFile(tokenFile);
  return exec && new ExecCredentials(exec, cluster);
}
