import { createServer } from 'node:net';

/** A second number of loopback addresses, `127.<n>.x.y`, that is for one control plane alone as long as it is held. */
export interface LoopbackNumber extends AsyncDisposable {
  readonly number: number;
}

const first = 16;
const last = 250;
/** Held on `127.<n>.255.254`: Envoys share ports that others listen on, so that nobody would notice a clash. */
const lockPort = 15_099;

/** @throws when all are held */
export async function holdLoopbackNumber(): Promise<LoopbackNumber> {
  // Not from the first on, so that who comes next meets nothing that is still ending.
  const start = first + (process.pid % (last - first));
  for (let tries = 0; tries < last - first; tries++) {
    const number = first + ((start - first + tries) % (last - first));
    const lock = createServer();
    const isHeld = await new Promise<boolean>((resolve) => {
      lock.once('error', () => resolve(false));
      lock.listen({ port: lockPort, host: `127.${number}.255.254`, exclusive: true }, () => resolve(true));
    });
    if (!isHeld) continue;
    lock.unref();
    return { number, [Symbol.asyncDispose]: () => new Promise((resolve) => lock.close(() => resolve())) };
  }
  throw new Error('All loopback numbers are held: are there control planes of earlier tests that run still?');
}
