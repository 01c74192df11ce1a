import { spawn } from 'node:child_process';
import type { RequestOptions } from 'node:https';
import type { Cluster } from '@kubernetes/client-node';
import * as v from 'valibot';
import { errorText } from '../../log.ts';

/** A program that gives credentials, as a kubeconfig names it. https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
export interface ExecPlugin {
  readonly apiVersion: string;
  /** A name to be looked for in the PATH, or an absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** What its maker says to who does not have it; ''. */
  readonly installHint: string;
  readonly provideClusterInfo: boolean;
}

const answerSchema = v.object({
  kind: v.literal('ExecCredential'),
  status: v.pipe(
    v.object({
      expirationTimestamp: v.optional(v.string()),
      token: v.optional(v.string()),
      clientCertificateData: v.optional(v.string()),
      clientKeyData: v.optional(v.string()),
    }),
    v.check(({ token, clientCertificateData }) => Boolean(token || clientCertificateData)),
  ),
});
type Credential = v.InferOutput<typeof answerSchema>['status'];

/** A person may have to log in by a browser. Milliseconds. */
const defaultTimeout = 60_000;
/** Credentials are asked for anew so long before they run out. Milliseconds. */
const beforeExpiry = 10_000;
const longestOutput = 1 << 20;

/** Asks an exec plugin for credentials, once for all requests that wait, and again when they have run out. */
export class ExecCredentials {
  readonly #plugin: ExecPlugin;
  readonly #cluster: Cluster;
  readonly #timeout: number;
  #asking: Promise<Credential> | null = null;
  #known: Credential | null = null;

  constructor(plugin: ExecPlugin, cluster: Cluster, timeout = defaultTimeout) {
    this.#plugin = plugin;
    this.#cluster = cluster;
    this.#timeout = timeout;
  }

  /** Adds the credentials to a request. @throws Error that says what the plugin did */
  async apply(options: RequestOptions): Promise<void> {
    const { token, clientCertificateData, clientKeyData } = await this.#current();
    if (clientCertificateData) options.cert = clientCertificateData;
    if (clientKeyData) options.key = clientKeyData;
    if (token) options.headers = { ...options.headers, Authorization: `Bearer ${token}` };
  }

  /** The API server does not accept them. False when there are none, so that others cannot be had either. */
  forget(): boolean {
    const had = this.#known !== null;
    this.#known = null;
    return had;
  }

  #current(): Promise<Credential> {
    const known = this.#known;
    if (known && !isOver(known)) return Promise.resolve(known);
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask(): Promise<Credential> {
    const { command } = this.#plugin;
    const output = await this.#run();
    let answer: unknown;
    try {
      answer = JSON.parse(output);
    } catch (error) {
      throw new Error(`${command} did not print JSON: ${errorText(error)}`);
    }
    const parsed = v.safeParse(answerSchema, answer);
    if (!parsed.success) throw new Error(`${command} printed no ExecCredential with a token or a certificate`);
    this.#known = parsed.output.status;
    return this.#known;
  }

  #run(): Promise<string> {
    const { command, args, env, installHint } = this.#plugin;
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        env: { ...process.env, ...Object.fromEntries(env.map(({ name, value }) => [name, value])), ...this.#info() },
        // Nobody is there to type: a plugin that asks for a password ends instead of waiting for ever.
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
      });
      let output = '';
      let complaint = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (output.length < longestOutput) output += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        complaint = (complaint + text).slice(-1_000);
      });
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        const said = complaint.trim();
        reject(
          new Error(`${command} gave no credentials within ${this.#timeout / 1000} seconds${said ? `: ${said}` : ''}`),
        );
      }, this.#timeout);
      child.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        const reason = error.code === 'ENOENT' ? 'there is no such program in the PATH' : error.message;
        reject(new Error(`${command} cannot be started: ${reason}${installHint ? `. ${installHint}` : ''}`));
      });
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        if (code === 0) resolve(output);
        else reject(new Error(`${command} failed (${signal ?? `exit code ${code}`}): ${complaint.trim()}`));
      });
    });
  }

  #info(): { KUBERNETES_EXEC_INFO: string } {
    const { apiVersion, provideClusterInfo } = this.#plugin;
    const { server, caData, tlsServerName, skipTLSVerify, proxyUrl } = this.#cluster;
    const cluster = {
      server,
      ...(caData && { 'certificate-authority-data': caData }),
      ...(tlsServerName && { 'tls-server-name': tlsServerName }),
      ...(skipTLSVerify && { 'insecure-skip-tls-verify': true }),
      ...(proxyUrl && { 'proxy-url': proxyUrl }),
    };
    const spec = { interactive: false, ...(provideClusterInfo && { cluster }) };
    return { KUBERNETES_EXEC_INFO: JSON.stringify({ apiVersion, kind: 'ExecCredential', spec }) };
  }
}

function isOver({ expirationTimestamp }: Credential): boolean {
  return expirationTimestamp !== undefined && Date.parse(expirationTimestamp) - beforeExpiry <= Date.now();
}
