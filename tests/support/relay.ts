import { connect, createServer, type Socket } from 'node:net';

/** A way to a port of this machine that can be broken as networks break. */
export interface Relay extends AsyncDisposable {
  readonly port: number;
  /** Breaks all connections, as a proxy that is restarted does. */
  cut(): void;
  /** What is connected now stays connected and is never heard of again, as after a change of the network. */
  freeze(): void;
  /** While closed, whoever connects is refused. */
  setOpen(isOpen: boolean): void;
}

export async function startRelay(target: number): Promise<Relay> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isOpen = true;
  const server = createServer((near) => {
    if (!isOpen) {
      near.destroy();
      return;
    }
    const far = connect(target, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near]] as const) {
      from.pipe(to);
      from.on('error', () => {});
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    cut,
    freeze() {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        near.pause();
        far.pause();
      }
    },
    setOpen(open) {
      isOpen = open;
      if (!open) cut();
    },
    async [Symbol.asyncDispose]() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
