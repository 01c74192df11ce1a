import { chmodSync, lstatSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { formatSocketAddress, listenOptions, type SocketAddress } from './address.ts';

/** Starts listening and returns where: a port of 0 is replaced by the one that was given. A stale unix socket is removed. */
export async function listen(server: Server, address: SocketAddress): Promise<SocketAddress> {
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

/** Closes a server and does not wait for its connections, which the caller ends. */
export function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function removeStaleSocket(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isSocket()) rmSync(path);
}
