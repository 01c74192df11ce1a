import { openChannels } from './channels.ts';
import type { KubeConnection } from './connection.ts';
import { KubeError } from './kube-error.ts';

const output = 1;
const complaints = 2;
const status = 3;

/** Longest output that is taken. Bytes. */
const longestOutput = 256 << 20;
/** How long a command may say nothing. Milliseconds. */
const longestSilence = 60_000;

export interface PodCommand {
  readonly namespace: string;
  readonly pod: string;
  /** May be left out where the pod has one alone. */
  readonly container?: string;
  readonly command: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Runs a command in a container (`pods/exec`) and resolves with all that it wrote.
 *
 * @throws KubeError when it failed, was cut off or wrote too much
 * @throws AbortError when `signal` says so
 */
export async function runInPod(
  connection: KubeConnection,
  { namespace, pod, container, command, signal }: PodCommand,
): Promise<Buffer> {
  signal?.throwIfAborted();
  const query = new URLSearchParams({ stdout: 'true', stderr: 'true', ...(container ? { container } : {}) });
  for (const word of command) query.append('command', word);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec?${query}`;
  const { socket } = await openChannels(connection, path);
  const chunks: Buffer[] = [];
  let length = 0;
  let complaint = '';
  let hasEnded = false;
  return new Promise<Buffer>((resolve, reject) => {
    const end = (error: unknown) => {
      reject(error);
      socket.terminate();
    };
    const fail = (message: string) => end(new KubeError(0, '', `${command[0]} in ${namespace}/${pod}: ${message}`));
    const silence = setTimeout(() => fail(`nothing came for ${longestSilence / 1000} seconds`), longestSilence);
    const abort = () => end(signal?.reason);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    socket.on('message', (data) => {
      silence.refresh();
      const message = data as Buffer;
      const content = message.subarray(1);
      if (message[0] === output) {
        length += content.length;
        if (length > longestOutput) fail(`more than ${longestOutput} bytes`);
        else chunks.push(content);
      } else if (message[0] === complaints && complaint.length < 2_000) complaint += content.toString('utf8');
      else if (message[0] === status) {
        const { status: how, message: reason } = JSON.parse(content.toString('utf8')) as Record<string, string>;
        if (how === 'Failure') fail(complaint.trim() || reason || 'it failed');
        else hasEnded = true;
      }
    });
    socket.on('error', (error) => fail(error.message));
    socket.on('close', () => {
      clearTimeout(silence);
      signal?.removeEventListener('abort', abort);
      // Without a last word on how it ended: the pod or the connection has gone.
      if (!hasEnded) fail('the connection broke off before the command had ended');
      else resolve(Buffer.concat(chunks));
    });
  });
}
