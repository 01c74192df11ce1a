import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2SecureServer,
  type Http2Server,
} from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { errorText, type Log } from '../../log.ts';
import type { IdentitySource } from '../../tls/certificate-files.ts';
import { formatSocketAddress, isLocal, type SocketAddress } from '../address.ts';
import { listen, stopListening } from '../listen.ts';
import type { AnyRequest, AnyResponse } from './batch-handler.ts';

export interface BatchServer {
  readonly address: SocketAddress;
  close(): Promise<void>;
}

type Handler = (request: AnyRequest, response: AnyResponse) => void;

/** First bytes of an HTTP/2 connection (RFC 9113 section 3.4). */
const HTTP2_PREFACE = 'PRI * HTTP/2.0';
const LOG_EVERY = 10_000;

/**
 * Listens for batches over HTTP/1.1 and HTTP/2: with mutual TLS, where a client certificate of the mesh's authority is
 * required; or in plaintext when `identity` is null, which is refused on any address that other machines can reach.
 */
export async function createBatchServer(
  address: SocketAddress,
  identity: IdentitySource | null,
  handler: Handler,
  log: Log,
): Promise<BatchServer> {
  if (!identity && !isLocal(address)) {
    throw new Error(
      `${formatSocketAddress(address)} can be reached by other machines, so it needs certificates: plaintext is for loopback addresses and unix sockets`,
    );
  }
  const { server, stop } = identity ? secureServer(identity, handler, log) : plainServer(handler);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  const bound = await listen(server, address);
  return {
    address: bound,
    async close() {
      stop();
      const closed = stopListening(server);
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function secureServer(
  identity: IdentitySource,
  handler: Handler,
  log: Log,
): { server: Http2SecureServer; stop(): void } {
  const server = createSecureServer(
    { ...identity.current(), allowHTTP1: true, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    handler,
  );
  let lastLogged = 0;
  server.on('tlsClientError', (error) => {
    if (Date.now() - lastLogged < LOG_EVERY) return;
    lastLogged = Date.now();
    log.warning('a proxy was refused at the TLS handshake', { reason: errorText(error) });
  });
  server.on('sessionError', () => {});
  const stop = identity.watch((changed) => {
    server.setSecureContext(changed);
    log.info('the certificates were rotated');
  });
  return { server, stop };
}

/** One port for both versions: what a connection begins with tells which server it is given to. */
function plainServer(handler: Handler): { server: Server; stop(): void } {
  const http1: HttpServer = createHttpServer(handler);
  const http2: Http2Server = createHttp2Server(handler);
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
