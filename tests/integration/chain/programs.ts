import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Peer } from '../../support/envoy-peers.ts';

const packages = join(import.meta.dirname, '../../../.parts/python');

/** Whether `npm run parts` put the Python packages there that the peers are made with. */
export const pythonPackagesAreThere = existsSync(join(packages, 'grpc')) && existsSync(join(packages, 'diameter'));

function python(script: string, args: readonly number[], stdin: 'pipe' | 'ignore'): ChildProcess {
  return spawn('python3', [join(import.meta.dirname, script), ...args.map(String)], {
    stdio: [stdin, 'pipe', 'inherit'],
    env: { ...process.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' },
  });
}

/** A server in Python that writes its port and ends with its standard input. */
export async function startPythonServer(script: string): Promise<Peer> {
  const server = python(script, [], 'pipe');
  const [line] = (await once(createInterface(server.stdout!), 'line')) as [string];
  return {
    port: Number(line),
    [Symbol.asyncDispose]: async () => {
      const ended = once(server, 'exit');
      server.stdin!.end();
      await ended;
    },
  };
}

/** Runs a client in Python to its end; what it wrote, a JSON value for each line. */
export async function runPythonClient<Line>(script: string, args: readonly number[]): Promise<Line[]> {
  const client = python(script, args, 'ignore');
  const lines: Line[] = [];
  const reader = createInterface(client.stdout!).on('line', (line) => lines.push(JSON.parse(line) as Line));
  const closed = once(reader, 'close');
  const [status] = (await once(client, 'exit')) as [number | null];
  await closed;
  if (status !== 0) throw new Error(`${script} ended with status ${status}`);
  return lines;
}
