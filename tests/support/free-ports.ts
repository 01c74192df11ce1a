import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections (Linux from 32768, others from 49152): a program that is not
 * there yet, or away for a while, finds its port as it left it, whatever else connects meanwhile.
 */
const lowest = 10_240;
const beyond = 29_952;

/** Ports of the loopback address that nobody listens on, each another, for programs that have to be told theirs. */
export async function freePorts(count: number): Promise<number[]> {
  const held = new Map<number, Server>();
  while (held.size < count) {
    const port = lowest + Math.floor(Math.random() * (beyond - lowest));
    const server = held.has(port) ? null : await listen(port);
    if (server) held.set(port, server);
  }
  for (const server of held.values()) {
    server.close();
    await once(server, 'close');
  }
  return [...held.keys()];
}

export async function freePort(): Promise<number> {
  return (await freePorts(1))[0]!;
}

/** Null when somebody listens there. */
function listen(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
