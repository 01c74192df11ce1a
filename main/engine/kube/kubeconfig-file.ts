import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Cluster, User } from '@kubernetes/client-node';
import * as v from 'valibot';
import { parse } from 'yaml';
import type { ExecPlugin } from './exec-credentials.ts';
import type { Impersonation } from './impersonation.ts';

/** A part of a kubeconfig by its name; the problem says why it cannot be used. */
export type Entry<Value> = { readonly name: string } & (
  | { readonly value: Value; readonly problem: '' }
  | { readonly value: null; readonly problem: string }
);

export interface ContextEntry {
  readonly cluster: string;
  /** '' for nobody: the API server takes us for `system:anonymous`. */
  readonly user: string;
}

export interface ClusterEntry {
  readonly cluster: Cluster;
  /** Answers may come compressed. */
  readonly compressed: boolean;
}

/** A user of a kubeconfig: what client-node understands, and what is ours to do. */
export interface UserEntry {
  readonly user: User;
  /** The program that gives credentials. */
  readonly exec: ExecPlugin | null;
  /** Absolute path of a file with a token; ''. */
  readonly tokenFile: string;
  readonly impersonation: Impersonation;
}

export interface KubeconfigFile {
  /** '' when none is. */
  readonly current: string;
  readonly contexts: readonly Entry<ContextEntry>[];
  readonly clusters: readonly Entry<ClusterEntry>[];
  readonly users: readonly Entry<UserEntry>[];
}

const text = v.optional(v.nullable(v.pipe(v.union([v.string(), v.number()]), v.transform(String))), null);
const flag = v.optional(v.nullable(v.boolean()), null);

/** A text that has to be there; `problem` is what is said of an entry that has it not. */
const needed = (problem: string) => v.pipe(v.optional(v.string(), ''), v.minLength(1, problem));

const contextSchema = v.object({ cluster: needed('has no cluster'), user: text });
const clusterSchema = v.object({
  server: v.pipe(
    needed('has no server'),
    v.regex(/^https?:\/\/[^/]/, ({ input }) => `has the server "${input}", which is not an address`),
  ),
  'certificate-authority': text,
  'certificate-authority-data': text,
  'insecure-skip-tls-verify': flag,
  'tls-server-name': text,
  'proxy-url': text,
  'disable-compression': flag,
});
const execSchema = v.object({
  apiVersion: v.optional(v.string(), 'client.authentication.k8s.io/v1'),
  command: needed('has an exec plugin without a command'),
  args: v.optional(v.nullable(v.array(v.pipe(v.union([v.string(), v.number()]), v.transform(String)))), null),
  env: v.optional(v.nullable(v.array(v.object({ name: v.string(), value: v.string() }))), null),
  installHint: text,
  provideClusterInfo: flag,
  interactiveMode: v.optional(
    v.nullable(
      v.pipe(
        v.string(),
        v.check((mode) => mode !== 'Always', 'has an exec plugin that wants a terminal (interactiveMode: Always)'),
      ),
    ),
    null,
  ),
});
const userSchema = v.pipe(
  v.object({
    'client-certificate': text,
    'client-certificate-data': text,
    'client-key': text,
    'client-key-data': text,
    token: text,
    tokenFile: text,
    username: text,
    password: text,
    as: text,
    'as-uid': text,
    'as-groups': v.optional(v.nullable(v.array(v.string())), null),
    'as-user-extra': v.optional(v.nullable(v.record(v.string(), v.array(v.string()))), null),
    exec: v.optional(v.nullable(execSchema), null),
    'auth-provider': v.optional(
      v.nullable(v.object({ name: v.string(), config: v.optional(v.record(v.string(), v.unknown())) })),
      null,
    ),
  }),
  v.check(
    (user) => Boolean(user.as) || !(user['as-uid'] || user['as-groups'] || user['as-user-extra']),
    'acts as groups, a uid or extras without a user (as)',
  ),
);

/**
 * Reads a kubeconfig file as kubectl does. Relative paths are relative to the file's folder. An entry that is not as it should be says so
 * and harms no other.
 * @throws Error when there is no file (`ENOENT`), or it is not a kubeconfig
 */
export function readKubeconfigFile(file: string): KubeconfigFile {
  const content: unknown = parse(readFileSync(file, 'utf8'), { merge: true });
  // An empty file is an empty kubeconfig.
  const config = content === null || content === undefined ? {} : content;
  if (typeof config !== 'object' || Array.isArray(config)) throw new Error('it is not a kubeconfig');
  const fields = config as Readonly<Record<string, unknown>>;
  const absolute = (path: string) => (isAbsolute(path) ? path : join(dirname(file), path));
  const current = fields['current-context'];
  return {
    current: typeof current === 'string' ? current : '',
    contexts: entries(fields.contexts, 'context', contextSchema, (_, { cluster, user }) => ({
      cluster,
      user: user ?? '',
    })),
    clusters: entries(fields.clusters, 'cluster', clusterSchema, (name, value) => clusterOf(name, value, absolute)),
    users: entries(fields.users, 'user', userSchema, (name, value) => userOf(name, value, absolute)),
  };
}

function entries<Schema extends v.GenericSchema, Value>(
  list: unknown,
  kind: 'context' | 'cluster' | 'user',
  schema: Schema,
  toValue: (name: string, fields: v.InferOutput<Schema>) => Value,
): Entry<Value>[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown): Entry<Value>[] => {
    const { name, [kind]: fields } = (item ?? {}) as Readonly<Record<string, unknown>>;
    // What has no name nobody can speak of.
    if (typeof name !== 'string' && typeof name !== 'number') return [];
    const parsed = v.safeParse(schema, fields ?? {});
    if (parsed.success) return [{ name: String(name), value: toValue(String(name), parsed.output), problem: '' }];
    const [issue] = parsed.issues;
    const path = v.getDotPath(issue);
    const said = /^(has|acts) /.test(issue.message)
      ? issue.message
      : `is not understood: ${path ?? ''}: ${issue.message}`;
    return [{ name: String(name), value: null, problem: `The ${kind} ${String(name)} of the kubeconfig ${said}.` }];
  });
}

function clusterOf(
  name: string,
  fields: v.InferOutput<typeof clusterSchema>,
  absolute: (path: string) => string,
): ClusterEntry {
  const ca = fields['certificate-authority'];
  const caData = fields['certificate-authority-data'];
  const tlsServerName = fields['tls-server-name'];
  const proxyUrl = fields['proxy-url'];
  const cluster = {
    name,
    server: fields.server,
    // Plain HTTP is what the file asks for, as `kubectl proxy` serves it; client-node wants it said twice.
    skipTLSVerify: fields['insecure-skip-tls-verify'] === true || fields.server.startsWith('http:'),
    ...(caData ? { caData } : ca && { caFile: absolute(ca) }),
    ...(tlsServerName && { tlsServerName }),
    ...(proxyUrl && { proxyUrl }),
  };
  return { cluster, compressed: fields['disable-compression'] !== true };
}

function userOf(name: string, fields: v.InferOutput<typeof userSchema>, absolute: (path: string) => string): UserEntry {
  const { exec, token, tokenFile, username, password } = fields;
  const certificate = fields['client-certificate'];
  const certData = fields['client-certificate-data'];
  const key = fields['client-key'];
  const keyData = fields['client-key-data'];
  const authProvider = fields['auth-provider'];
  const user: User = {
    name,
    ...(certData ? { certData } : certificate && { certFile: absolute(certificate) }),
    ...(keyData ? { keyData } : key && { keyFile: absolute(key) }),
    // A token in a file goes before one that is written here.
    ...(token && !tokenFile && { token }),
    ...(username && { username, password: password ?? '' }),
    ...(authProvider && !tokenFile && { authProvider }),
  };
  const impersonation = {
    user: fields.as ?? '',
    uid: fields['as-uid'] ?? '',
    groups: fields['as-groups'] ?? [],
    extra: fields['as-user-extra'] ?? {},
  };
  return {
    user,
    exec: exec && pluginOf(exec, absolute),
    tokenFile: tokenFile ? absolute(tokenFile) : '',
    impersonation,
  };
}

function pluginOf(fields: v.InferOutput<typeof execSchema>, absolute: (path: string) => string): ExecPlugin {
  const { command } = fields;
  return {
    apiVersion: fields.apiVersion,
    command: /[/\\]/.test(command) ? absolute(command) : command,
    args: fields.args ?? [],
    env: fields.env ?? [],
    installHint: fields.installHint ?? '',
    provideClusterInfo: fields.provideClusterInfo === true,
  };
}
