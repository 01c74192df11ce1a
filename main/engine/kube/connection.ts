import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions, request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { errorText } from '../../log.ts';
import { onWake } from '../wake.ts';
import type { ContextConfig } from './contexts.ts';
import { expirySentence } from './credential-age.ts';
import { errorFromAnswer, errorFromFailure, KubeError, unauthorized } from './kube-error.ts';
import { retryAfter } from './retry-after.ts';

/** Milliseconds for an answer to begin. */
const answerTimeout = 15_000;
/** A server that is too busy is asked again for so long. Milliseconds. */
const longestBusy = 30_000;
/** The kernel begins to ask so long after the last word whether the other side is still there. Milliseconds. */
const keepAliveAfter = 5_000;
/** Longest answer that is read whole: all pods of a big mesh. Bytes. */
const longestAnswer = 256 << 20;
/** Of an answer that goes on: no object of Kubernetes is as large. Characters. */
const longestLine = 16 << 20;

export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With the query. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds for the answer to begin. */
  readonly timeout?: number;
  /** The answer may come compressed, as the API server does it with long ones. */
  readonly compressed?: boolean;
}

/**
 * Requests to one API server with the credentials of one kubeconfig context. Which credentials (client certificates,
 * tokens, exec plugins, OIDC, proxies) is client-node's business; what is sent is ours.
 */
export class KubeConnection {
  /** `https://host:port`, with the path of a proxy such as Rancher's. */
  readonly server: string;
  #context: ContextConfig;
  readonly #agent: HttpAgent | HttpsAgent | null;
  readonly #stopListening: () => void;

  constructor(context: ContextConfig) {
    const { config } = context;
    const cluster = config.getCurrentCluster();
    if (!cluster) throw new KubeError(0, '', `There is no cluster for the context ${config.getCurrentContext()}.`);
    this.#context = context;
    this.server = cluster.server.replace(/\/+$/, '');
    // Behind a proxy client-node's own agent is used, which knows the way.
    const Agent = this.server.startsWith('http:') ? HttpAgent : HttpsAgent;
    this.#agent = cluster.proxyUrl
      ? null
      : new Agent({ keepAlive: true, keepAliveMsecs: keepAliveAfter, maxSockets: 16 });
    this.#stopListening = onWake(() => this.dropIdle());
  }

  /** The same server from now on with other credentials, as after a login. */
  use(context: ContextConfig): void {
    this.#context = context;
    this.dropIdle();
  }

  /**
   * Sends a request and resolves when the answer begins, whatever its status but 401. Credentials of a program that are not accepted are
   * asked for once more, and a server that is too busy is asked again when it says so.
   * @throws KubeError
   */
  async send(request: KubeRequest): Promise<IncomingMessage> {
    for (const end = performance.now() + longestBusy; ; ) {
      const response = await this.#sendOnce(request);
      const wait = retryAfter(response);
      if (wait === null || performance.now() + wait > end) return response;
      response.resume();
      await pause(wait, undefined, request.signal ? { signal: request.signal } : {});
    }
  }

  async #sendOnce(request: KubeRequest): Promise<IncomingMessage> {
    const options = await this.options();
    const response = await this.#send(request, options);
    if (response.statusCode !== 401) return response;
    response.resume();
    const { credentials } = this.#context;
    if (credentials?.forget(options)) {
      const again = await this.#send(request, await this.options());
      if (again.statusCode !== 401) return again;
      again.resume();
      credentials.refused();
    }
    throw unauthorized(expirySentence(options, this.#context.config.getCurrentUser()?.name ?? ''));
  }

  #send(
    {
      method,
      path,
      body,
      contentType,
      accept = 'application/json',
      signal,
      timeout = answerTimeout,
      compressed,
    }: KubeRequest,
    options: RequestOptions,
  ): Promise<IncomingMessage> {
    const payload = body === undefined ? null : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const headers = {
      ...options.headers,
      accept,
      'user-agent': 'packet-inspector',
      ...(compressed ? { 'accept-encoding': 'gzip' } : {}),
      ...(payload ? { 'content-type': contentType ?? 'application/json', 'content-length': payload.length } : {}),
    };
    const request = this.server.startsWith('http:') ? requestHttp : requestHttps;
    return new Promise((resolve, reject) => {
      const outgoing = request(`${this.server}${path}`, { ...options, method, headers, ...(signal ? { signal } : {}) });
      outgoing.setTimeout(timeout, () => {
        this.dropIdle();
        outgoing.destroy(new Error(`no answer in ${timeout / 1000} seconds`));
      });
      outgoing.on('response', (response) => {
        outgoing.setTimeout(0);
        resolve(response);
      });
      outgoing.on('error', (error) => reject(signal?.aborted ? error : errorFromFailure(error, this.server)));
      outgoing.end(payload);
    });
  }

  /** The answer as JSON. @throws KubeError */
  async json(request: KubeRequest): Promise<unknown> {
    const response = await this.send({ ...request, compressed: this.#context.compressed !== false });
    const status = response.statusCode ?? 0;
    const answer = await readAll(response);
    if (status < 200 || status > 299) throw errorFromAnswer(status, answer);
    try {
      return JSON.parse(answer);
    } catch {
      throw new KubeError(status, '', `${this.server} does not answer like a Kubernetes API server.`);
    }
  }

  /** The answer as text, as logs are. @throws KubeError */
  async text(request: KubeRequest): Promise<string> {
    const response = await this.send(request);
    const status = response.statusCode ?? 0;
    const answer = await readAll(response);
    if (status < 200 || status > 299) throw errorFromAnswer(status, answer);
    return answer;
  }

  /** The lines of an answer that goes on, as they come. @throws KubeError */
  async *lines(request: KubeRequest): AsyncGenerator<string> {
    const response = await this.send(request);
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) throw errorFromAnswer(status, await readAll(response));
    response.setEncoding('utf8');
    let rest = '';
    try {
      for await (const chunk of response as AsyncIterable<string>) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        if (rest.length > longestLine) throw new Error('a line without an end');
        yield* lines.filter((line) => line !== '');
      }
    } catch (error) {
      throw request.signal?.aborted ? error : errorFromFailure(error, this.server);
    } finally {
      response.destroy();
    }
  }

  /** What Node's https and the WebSocket client take: certificates, headers and the agent. */
  async options(): Promise<RequestOptions> {
    const options: RequestOptions = {};
    // Behind a proxy client-node keeps the certificate that it has first sent, whatever came in its place.
    (this.#context.config as unknown as { readonly agentCache?: Map<string, unknown> }).agentCache?.clear();
    try {
      await this.#context.config.applyToHTTPSOptions(options);
    } catch (error) {
      const reason = errorText(error);
      throw new KubeError(0, 'Credentials', `The kubeconfig gives no credentials: ${reason.replace(/\.$/, '')}.`, {
        cause: error,
      });
    }
    const { headers } = this.#context;
    const all = headers ? { ...options, headers: { ...options.headers, ...headers } } : options;
    return this.#agent ? { ...all, agent: this.#agent } : all;
  }

  /** The connections that wait for requests may be dead: the next request shall have a new one. */
  dropIdle(): void {
    for (const sockets of Object.values(this.#agent?.freeSockets ?? {}))
      for (const socket of sockets ?? []) socket.destroy();
  }

  close(): void {
    this.#stopListening();
    this.#agent?.destroy();
  }
}

async function readAll(response: IncomingMessage): Promise<string> {
  const { headers, statusCode = 0 } = response;
  const tooLong = (length: number) => new KubeError(statusCode, '', `The answer is ${length} bytes long.`);
  const announced = Number(headers['content-length'] ?? 0);
  if (announced > longestAnswer) throw tooLong(announced);
  if (headers['content-encoding'] !== 'gzip') return text(response);
  let length = 0;
  const bound = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      length += chunk.length;
      if (length > longestAnswer) throw tooLong(length);
      yield chunk;
    }
  };
  return pipeline(response, createGunzip(), bound, text);
}
