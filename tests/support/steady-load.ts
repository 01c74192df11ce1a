import { Agent } from 'node:http';
import { send } from './http-load.ts';

/** Requests at a steady rate, whatever becomes of them. */
export interface SteadyLoad {
  /** Requests sent so far; those that were not answered with 200. */
  readonly sent: number;
  readonly failed: number;
  /** Sends no more, and waits for the answers. */
  stop(): Promise<void>;
}

const turn = 10;

/** @param rate requests a second */
export function startSteadyLoad(host: string, port: number, rate: number): SteadyLoad {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const start = performance.now();
  const open = new Set<Promise<void>>();
  const load = { sent: 0, failed: 0 };
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - start) / 1000) * rate);
    while (load.sent < due) {
      const answer = send(port, { host, agent, path: `/steady/${load.sent++}`, body: 'hello' }).then(
        ({ status }) => {
          if (status !== 200) load.failed++;
        },
        () => {
          load.failed++;
        },
      );
      open.add(answer);
      void answer.finally(() => open.delete(answer));
    }
  }, turn);
  return {
    get sent() {
      return load.sent;
    },
    get failed() {
      return load.failed;
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
      agent.destroy();
    },
  };
}
