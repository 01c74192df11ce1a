import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type Listener, type ListenerOptions, nextConnection } from './listener.ts';

/** Starts a TCP listener: bytes are forwarded as they come, both ways, and shown to the tap. */
export async function startTcpListener(options: ListenerOptions): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (downstream) => {
    const upstream = connect({ path: options.forward, allowHalfOpen: true });
    const tap = options.tap.tcp(nextConnection(options, 'tcp'));
    let open = 2;
    const closed = (socket: Socket, other: Socket): void => {
      sockets.delete(socket);
      other.destroy();
      if (--open === 0) tap.close();
    };
    for (const [from, to, show] of [
      [downstream, upstream, tap.downstreamData.bind(tap)],
      [upstream, downstream, tap.upstreamData.bind(tap)],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes: Buffer) => {
        show(bytes, false);
        if (!to.write(bytes)) from.pause();
      });
      to.on('drain', () => from.resume());
      from.on('end', () => {
        show(new Uint8Array(0), true);
        to.end();
      });
      from.on('error', () => from.destroy());
      from.on('close', () => closed(from, to));
    }
  });
  server.listen(options.listen);
  await once(server, 'listening');
  return {
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
