import { openChannels } from './channels.ts';
import type { KubeConnection } from './connection.ts';
import { KubeError } from './kube-error.ts';

const output = 1;
const complaints = 2;
const status = 3;

/** Longest output that is taken. Bytes. */
const longestOutput = 256 << 20;

export interface PodCommand {
  readonly namespace: string;
  readonly pod: string;
  /** The first one when left out. */
  readonly container?: string;
  readonly command: readonly string[];
}

/** Runs a command in a container (`pods/exec`) and resolves with what it wrote. @throws KubeError when it failed */
export async function runInPod(
  connection: KubeConnection,
  { namespace, pod, container, command }: PodCommand,
): Promise<Buffer> {
  const query = new URLSearchParams({ stdout: 'true', stderr: 'true', ...(container ? { container } : {}) });
  for (const word of command) query.append('command', word);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec?${query}`;
  const { socket } = await openChannels(connection, path);
  const chunks: Buffer[] = [];
  let length = 0;
  let complaint = '';
  return new Promise((resolve, reject) => {
    const fail = (message: string) => {
      reject(new KubeError(0, '', `${command[0]} in ${namespace}/${pod}: ${message}`));
      socket.terminate();
    };
    socket.on('message', (data) => {
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
      }
    });
    socket.on('error', (error) => fail(error.message));
    socket.on('close', () => resolve(Buffer.concat(chunks)));
  });
}
