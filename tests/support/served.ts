import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFolder } from '../../main/tasks/paths.ts';

/** `packet-inspector serve` from the build, with a folder of its own. */
export interface Served {
  readonly address: string;
  readonly home: string;
  /** Kills it, as a crash would. */
  crash(): void;
  /** Ends it in good order; what it wrote on standard error, and its exit code. */
  stop(): Promise<{ readonly code: number | null; readonly complaints: string }>;
}

export function startServed(
  args: readonly string[],
  home = mkdtempSync(join(tmpdir(), 'packet-inspector-served-')),
): Promise<Served> {
  const child: ChildProcess = spawn(process.execPath, [join(buildFolder, 'engine', 'cli.mjs'), 'serve', ...args], {
    env: { ...process.env, PACKET_INSPECTOR_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return new Promise((resolve, reject) => {
    let said = '';
    let complaints = '';
    child.stderr!.on('data', (text: Buffer) => {
      complaints += text.toString();
    });
    child.on('exit', (code) => reject(new Error(`serve ended with ${code}: ${complaints}`)));
    child.stdout!.on('data', (text: Buffer) => {
      said += text.toString();
      const address = /http:\/\/\S+/.exec(said)?.[0];
      if (address === undefined) return;
      resolve({
        address,
        home,
        crash: () => child.kill('SIGKILL'),
        stop: async () => {
          child.kill('SIGTERM');
          const code = await ended;
          rmSync(home, { recursive: true, force: true });
          return { code, complaints };
        },
      });
    });
  });
}
