import { createServer } from 'node:http';
import type { SocketAddress } from './address.ts';
import { type Listening, listen } from './listen.ts';
import { formatMetrics, type Metric } from './metrics.ts';

export interface Status {
  /** Sentences about what is wrong; empty when all is well. */
  problems(): readonly string[];
  metrics(): readonly Metric[];
}

/**
 * `/healthz` for the kubelet and `/metrics` for Prometheus, in plaintext: they carry counts, never content. `/healthz`
 * answers 200 as long as the program runs, with the problems as text: a restart would fix none of them.
 */
export async function createStatusServer(address: SocketAddress, status: Status): Promise<Listening> {
  const server = createServer((request, response) => {
    if (request.url === '/healthz') {
      const problems = status.problems();
      response.setHeader('content-type', 'text/plain; charset=utf-8');
      response.end(problems.length === 0 ? 'ok\n' : `${problems.join('\n')}\n`);
    } else if (request.url === '/metrics') {
      response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
      response.end(formatMetrics(status.metrics()));
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  return listen(server, address);
}
