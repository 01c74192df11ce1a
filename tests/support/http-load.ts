import { Agent, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly trailers: Readonly<Record<string, string | undefined>>;
}

/** One HTTP/1.1 request with a body and trailers; rejects when it breaks. */
export function send(
  port: number,
  options: {
    host?: string;
    path?: string;
    body?: string | Buffer;
    agent?: Agent;
    headers?: Record<string, string>;
  } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        port,
        host: options.host ?? '127.0.0.1',
        method: options.body === undefined ? 'GET' : 'POST',
        path: options.path ?? '/',
        ...(options.agent ? { agent: options.agent } : {}),
        headers: options.headers ?? {},
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, body, trailers: response.trailers });
        });
      },
    );
    call.on('error', reject);
    call.end(options.body);
  });
}

export interface Load {
  readonly sent: number;
  /** Not answered with 200. */
  readonly failed: number;
  /** Of all together. */
  readonly milliseconds: number;
  /** Milliseconds that each request took, the quickest first. */
  readonly durations: readonly number[];
}

/** Sends `count` requests, or as many as get done in so many `seconds`, `concurrency` at a time over kept connections. */
export async function load(
  port: number,
  options: { concurrency: number; body?: string | Buffer } & ({ count: number } | { seconds: number }),
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.concurrency });
  const start = performance.now();
  const goesOn =
    'count' in options ? () => sent < options.count : () => performance.now() < start + options.seconds * 1000;
  const durations: number[] = [];
  let sent = 0;
  let failed = 0;
  const worker = async () => {
    while (goesOn()) {
      const began = performance.now();
      const answer = await send(port, {
        path: `/load/${sent++}`,
        agent,
        ...(options.body === undefined ? {} : { body: options.body }),
      }).catch(() => null);
      durations.push(performance.now() - began);
      if (answer?.status !== 200) failed++;
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  agent.destroy();
  return { sent, failed, milliseconds: performance.now() - start, durations: durations.toSorted((a, b) => a - b) };
}

/** The duration that so large a share of the requests did not exceed. Milliseconds. */
export function percentile({ durations }: Load, share: number): number {
  return durations[Math.ceil(durations.length * share) - 1] ?? 0;
}
