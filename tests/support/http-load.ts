import { Agent, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly trailers: Readonly<Record<string, string | undefined>>;
}

/** One HTTP/1.1 request with a body and trailers; rejects when it breaks. */
export function send(
  port: number,
  options: { path?: string; body?: string | Buffer; agent?: Agent; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        port,
        host: '127.0.0.1',
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

/** Sends `count` requests, `concurrency` at a time over kept connections; gives how many were not answered with 200. */
export async function load(
  port: number,
  options: { count: number; concurrency: number; body?: string | Buffer },
): Promise<{ failed: number; milliseconds: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.concurrency });
  const start = performance.now();
  let next = 0;
  let failed = 0;
  const worker = async () => {
    while (next < options.count) {
      const number = next++;
      const answer = await send(port, {
        path: `/load/${number}`,
        agent,
        ...(options.body === undefined ? {} : { body: options.body }),
      }).catch(() => null);
      if (answer?.status !== 200) failed++;
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  agent.destroy();
  return { failed, milliseconds: performance.now() - start };
}
