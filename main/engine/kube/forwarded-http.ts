import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { KubeConnection } from './connection.ts';
import { forwardPort } from './forward.ts';

/** Milliseconds. */
const answerTimeout = 10_000;
/** Longest answer that is taken. Bytes. */
const largestAnswer = 64 << 20;

/**
 * Asks a pod's own HTTP server through the API server (`pods/portforward`), as from the pod's loopback.
 *
 * @param options `timeout` of the answer, in milliseconds
 * @throws KubeError when the port cannot be reached, Error when the answer is not 200 or does not come
 */
export async function getFromPod(
  connection: KubeConnection,
  namespace: string,
  pod: string,
  port: number,
  path: string,
  { timeout = answerTimeout } = {},
): Promise<string> {
  const stream = await forwardPort(connection, namespace, pod, port);
  try {
    return await new Promise<string>((resolve, reject) => {
      const where = `${namespace}/${pod}:${port}${path}`;
      // Only what all byte streams have is asked of it.
      const outgoing = request({
        createConnection: () => stream as unknown as Socket,
        path,
        headers: { host: 'localhost' },
      });
      const timer = setTimeout(() => outgoing.destroy(new Error(`${where} did not answer in time`)), timeout);
      outgoing.on('close', () => clearTimeout(timer));
      outgoing.on('error', reject);
      stream.on('error', reject);
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length > largestAnswer) outgoing.destroy(new Error(`${where} answered with too much`));
          else chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'));
          else reject(new Error(`${where} answered ${response.statusCode}`));
        });
      });
      outgoing.end();
    });
  } finally {
    stream.destroy();
  }
}
