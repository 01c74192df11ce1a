import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Listener, type ListenerOptions, nextConnection, responseFlag } from './listener.ts';
import type { HeaderPairs, HttpTap, TappedConnection } from './tap.ts';

/** Header fields of one connection only, which a proxy does not pass on. RFC 9110 section 7.6.1. */
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade']);

function pairsOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase();
    if (!hopByHop.has(name)) pairs.push([name, raw[at + 1]!]);
  }
  return pairs;
}

/** Envoy's header map of a request: pseudo-header fields, then the rest without host. */
function requestPairs(request: IncomingMessage, fields: HeaderPairs): HeaderPairs {
  const authority = fields.find(([name]) => name === 'host')?.[1] ?? '';
  return [
    [':authority', authority],
    [':path', request.url ?? '/'],
    [':method', request.method ?? 'GET'],
    [':scheme', 'http'],
    ...fields.filter(([name]) => name !== 'host'),
  ];
}

/** Starts an HTTP/1.1 listener; each exchange is forwarded as it comes, and shown to the tap. */
export async function startHttp1Listener(options: ListenerOptions): Promise<Listener> {
  const agent = new Agent({ keepAlive: true });
  const connections = new WeakMap<Socket, TappedConnection>();

  function forward(incoming: IncomingMessage, answer: ServerResponse): void {
    let connection = connections.get(incoming.socket);
    if (!connection) {
      connection = nextConnection(options, 'http/1.1');
      connections.set(incoming.socket, connection);
    }
    const tap = options.tap.http(connection);
    const fields = pairsOf(incoming.rawHeaders);
    // As Envoy does: every call gets an id where it enters the mesh, and keeps it.
    if (!fields.some(([name]) => name === 'x-request-id')) fields.push(['x-request-id', randomUUID()]);
    tap.requestHeaders(requestPairs(incoming, fields), false);
    const upstream = httpRequest({
      socketPath: options.forward,
      agent,
      method: incoming.method ?? 'GET',
      path: incoming.url ?? '/',
      headers: fields.flat(),
      setHost: false,
    });
    let finished = false;
    const finish = (reset: boolean, responseCodeDetails: string, responseFlags: number): void => {
      if (finished) return;
      finished = true;
      tap.done({ reset, responseCodeDetails, responseFlags });
    };
    incoming.on('data', (bytes: Buffer) => {
      tap.requestBody(bytes, false);
      if (!upstream.write(bytes)) incoming.pause();
    });
    upstream.on('drain', () => incoming.resume());
    incoming.on('end', () => {
      tap.requestBody(new Uint8Array(0), true);
      upstream.end();
    });
    upstream.on('response', (response) => passBack(response, answer, tap, () => finish(false, 'via_upstream', 0)));
    upstream.on('error', () => {
      if (answer.headersSent) {
        finish(true, 'upstream_reset_after_response_started', responseFlag.upstreamConnectionTermination);
        answer.destroy();
        return;
      }
      answerUnavailable(answer, tap);
      finish(
        false,
        'upstream_reset_before_response_started{connection_failure}',
        responseFlag.upstreamConnectionFailure,
      );
    });
    answer.on('close', () => {
      if (answer.writableFinished) return;
      upstream.destroy();
      finish(true, 'downstream_remote_disconnect', responseFlag.downstreamConnectionTermination);
    });
  }

  const server = createServer(forward);
  server.listen(options.listen);
  await once(server, 'listening');
  return {
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function passBack(response: IncomingMessage, answer: ServerResponse, tap: HttpTap, done: () => void): void {
  const fields = pairsOf(response.rawHeaders);
  tap.responseHeaders([[':status', String(response.statusCode)], ...fields], false);
  answer.writeHead(response.statusCode ?? 502, fields.flat());
  response.on('data', (bytes: Buffer) => {
    tap.responseBody(bytes, false);
    if (!answer.write(bytes)) response.pause();
  });
  answer.on('drain', () => response.resume());
  response.on('end', () => {
    tap.responseBody(new Uint8Array(0), true);
    done();
    answer.end();
  });
  response.on('aborted', () => answer.destroy());
}

/** The proxy's own answer when there is nobody to forward to, in Envoy's words. */
function answerUnavailable(answer: ServerResponse, tap: HttpTap): void {
  const text = 'upstream connect error or disconnect/reset before headers. reset reason: connection failure';
  const fields: HeaderPairs = [
    ['content-length', String(text.length)],
    ['content-type', 'text/plain'],
  ];
  tap.responseHeaders([[':status', '503'], ...fields], false);
  tap.responseBody(new TextEncoder().encode(text), true);
  answer.writeHead(503, fields.flat());
  answer.end(text);
}
