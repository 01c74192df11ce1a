import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2SecureServer,
  type Http2Server,
} from 'node:http2';
import { createServer, type Server } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Log } from '../../log.ts';
import type { IdentitySource } from '../../tls/certificate-files.ts';
import { checkWorkload, type Workload, workloadOf } from '../../tls/peer-names.ts';
import { formatSocketAddress, isLocal, type SocketAddress } from '../address.ts';
import { type Listening, listen } from '../listen.ts';
import { followRotation, mutualTls, Refusals } from '../mutual-tls.ts';
import type { AnyRequest, AnyResponse } from './batch-handler.ts';

export interface BatchServerOptions {
  readonly address: SocketAddress;
  /** Null for plaintext. */
  readonly identity: IdentitySource | null;
  /** SPIFFE trust domain that clients must be workloads of; '' for any. */
  readonly trustDomain: string;
  readonly handler: Handler;
  readonly log: Log;
}

export interface BatchServer extends Listening {
  readonly counts: BatchServerCounts;
}

export interface BatchServerCounts {
  /** Connections whose client had no certificate, a wrong one, or is no workload of the mesh. */
  refused: number;
}

/** `sender`: who posts it, by its certificate; null in plaintext. */
type Handler = (request: AnyRequest, response: AnyResponse, sender: Workload | null) => void;

/** First bytes of an HTTP/2 connection (RFC 9113 section 3.4). */
const HTTP2_PREFACE = 'PRI * HTTP/2.0';
/** Connections at once: a node has at most some hundred pods, whose proxies keep one for each worker. */
const MAXIMUM_CONNECTIONS = 4_096;

/**
 * Listens for batches over HTTP/1.1 and HTTP/2: with mutual TLS, where the client has to be a workload of the mesh;
 * or in plaintext when `identity` is null, which is refused on any address that other machines can reach.
 */
export async function createBatchServer(options: BatchServerOptions): Promise<BatchServer> {
  const { address, identity, handler } = options;
  const counts: BatchServerCounts = { refused: 0 };
  if (!identity && !isLocal(address)) {
    throw new Error(
      `${formatSocketAddress(address)} can be reached by other machines, so it needs certificates: plaintext is for loopback addresses and unix sockets`,
    );
  }
  const { server, stop } = identity ? secureServer(identity, options, counts) : plainServer(handler);
  server.maxConnections = MAXIMUM_CONNECTIONS;
  const listening = await listen(server, address);
  return {
    address: listening.address,
    counts,
    close() {
      stop();
      return listening.close();
    },
  };
}

function secureServer(
  identity: IdentitySource,
  { trustDomain, handler, log }: BatchServerOptions,
  counts: BatchServerCounts,
): { server: Http2SecureServer; stop(): void } {
  const senders = createSenders();
  const server = createSecureServer({ ...mutualTls(identity), allowHTTP1: true }, (request, response) =>
    handler(request, response, senders(request)),
  );
  const refusals = new Refusals('a proxy was refused', counts, log);
  refusals.watch(server);
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    const mismatch = checkWorkload(trustDomain, socket.getPeerCertificate());
    if (mismatch === '') return;
    refusals.add(mismatch);
    socket.destroy();
  });
  server.on('sessionError', () => {});
  return { server, stop: followRotation(server, identity, log) };
}

/** Who is at the other end of a request's connection, looked up once for each. */
function createSenders(): (request: AnyRequest) => Workload | null {
  const known = new WeakMap<object, Workload | null>();
  return (request) => {
    const session = 'stream' in request ? request.stream.session : undefined;
    const connection = session ?? request.socket;
    let sender = known.get(connection);
    if (sender === undefined) {
      sender = workloadOf((request.socket as TLSSocket).getPeerCertificate());
      known.set(connection, sender);
    }
    return sender;
  };
}

/** One port for both versions: what a connection begins with tells which server it is given to. */
function plainServer(handler: Handler): { server: Server; stop(): void } {
  const answer = (request: AnyRequest, response: AnyResponse): void => handler(request, response, null);
  const http1: HttpServer = createHttpServer(answer);
  const http2: Http2Server = createHttp2Server(answer);
  http2.on('sessionError', () => {});
  const server = createServer((socket) => {
    socket.on('error', () => {});
    let head = '';
    const look = () => {
      const chunk: Buffer | null = socket.read();
      if (!chunk) return;
      head += chunk.toString('latin1');
      const known = Math.min(head.length, HTTP2_PREFACE.length);
      const isHttp2 = head.slice(0, known) === HTTP2_PREFACE.slice(0, known);
      if (isHttp2 && known < HTTP2_PREFACE.length) return;
      socket.off('readable', look);
      socket.unshift(Buffer.from(head, 'latin1'));
      (isHttp2 ? http2 : http1).emit('connection', socket);
    };
    socket.on('readable', look);
  });
  return { server, stop: () => {} };
}
