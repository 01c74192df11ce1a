import { chmodSync, lstatSync, rmSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { formatSocketAddress, listenOptions, type SocketAddress } from './address.ts';

/** A server that listens. */
export interface Listening {
  /** A port of 0 is replaced by the one that was given. */
  readonly address: SocketAddress;
  /** Stops listening and ends all connections, those in the middle of a TLS handshake among them. */
  close(): Promise<void>;
}

/** Starts listening. A stale unix socket is removed. @throws Error that names the address */
export async function listen(server: Server, address: SocketAddress): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  const bound = await bind(server, address);
  return {
    address: bound,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function bind(server: Server, address: SocketAddress): Promise<SocketAddress> {
  if ('path' in address) removeStaleSocket(address.path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new Error(`cannot listen on ${formatSocketAddress(address)}: ${error.message}`)),
    );
    server.listen(listenOptions(address), resolve);
  });
  server.removeAllListeners('error');
  if ('path' in address) {
    // Whoever may open the socket may post or read captures.
    chmodSync(address.path, 0o600);
    return address;
  }
  const bound = server.address();
  return typeof bound === 'object' && bound ? { host: address.host, port: bound.port } : address;
}

function removeStaleSocket(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isSocket()) rmSync(path);
}
