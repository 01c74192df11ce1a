import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import type { Cluster } from '@kubernetes/client-node';
import * as v from 'valibot';
import { errorText } from '../../log.ts';
import { searchPath } from '../program-path.ts';
import { authorizationOf, bearer, type Credentials } from './credentials.ts';

/** A program that gives credentials, as a kubeconfig names it. https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
export interface ExecPlugin {
  readonly apiVersion: string;
  /** A name to be looked for in the PATH, or an absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** How to install it, as the kubeconfig says; ''. */
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

/**
 * A plugin that fails, or whose credentials are not accepted, is not started again for every request: it may open a browser, or take a while. It rests
 * for several times as long as it ran, within these bounds. Milliseconds.
 */
const restFactor = 5;
const shortestRest = 5_000;
const longestRest = 120_000;

/** Asks an exec plugin for credentials, once for all requests that wait, and again when they have run out. */
export class ExecCredentials implements Credentials {
  readonly #plugin: ExecPlugin;
  readonly #cluster: Cluster;
  readonly #timeout: number;
  #asking: Promise<Credential> | null = null;
  #known: Credential | null = null;
  /** How long it ran last, and until when it rests. By a clock that only goes forward. */
  #took = 0;
  #restsUntil = Number.NEGATIVE_INFINITY;
  #failure: Error | null = null;

  constructor(plugin: ExecPlugin, cluster: Cluster, timeout = defaultTimeout) {
    this.#plugin = plugin;
    this.#cluster = cluster;
    this.#timeout = timeout;
  }

  async apply(options: RequestOptions): Promise<void> {
    const { token, clientCertificateData, clientKeyData } = await this.#current();
    if (clientCertificateData) options.cert = clientCertificateData;
    if (clientKeyData) options.key = clientKeyData;
    if (token) options.headers = { ...options.headers, Authorization: bearer(token) };
  }

  forget(sent: RequestOptions): boolean {
    // Another request has them asked for already, or has been given others.
    if (this.#asking || (this.#known && !isOf(this.#known, sent))) return true;
    if (this.#known === null || performance.now() < this.#restsUntil) return false;
    this.#known = null;
    return true;
  }

  refused(): void {
    this.#rest();
  }

  #rest(): void {
    const rest = Math.min(longestRest, Math.max(shortestRest, this.#took * restFactor));
    this.#restsUntil = performance.now() + rest;
  }

  #current(): Promise<Credential> {
    const known = this.#known;
    if (known && !isOver(known)) return Promise.resolve(known);
    if (this.#failure && performance.now() < this.#restsUntil) return Promise.reject(this.#failure);
    this.#asking ??= this.#askAndRest().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #askAndRest(): Promise<Credential> {
    const began = performance.now();
    this.#failure = null;
    try {
      return await this.#ask();
    } catch (error) {
      this.#failure = error as Error;
      throw error;
    } finally {
      this.#took = performance.now() - began;
      if (this.#failure) this.#rest();
    }
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
        env: {
          ...process.env,
          PATH: searchPath(),
          ...Object.fromEntries(env.map(({ name, value }) => [name, value])),
          ...this.#info(),
        },
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
    const { server, caFile, tlsServerName, skipTLSVerify, proxyUrl } = this.#cluster;
    // The plugin has no use for a path that is relative to the kubeconfig: as with kubectl, it gets what the file says.
    const caData =
      this.#cluster.caData ?? (provideClusterInfo && caFile ? readFileSync(caFile).toString('base64') : undefined);
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

/** Whether a request was sent with these. */
function isOf({ token, clientCertificateData }: Credential, sent: RequestOptions): boolean {
  if (token && authorizationOf(sent) !== bearer(token)) return false;
  return !clientCertificateData || sent.cert === clientCertificateData;
}
