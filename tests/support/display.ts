import { type ChildProcess, spawn, spawnSync } from 'node:child_process';

/** A virtual display for programs with a window. */
export interface Display {
  readonly name: string;
  stop(): void;
}

export const displayIsInstalled = spawnSync('sh', ['-c', 'command -v Xvfb'], { stdio: 'ignore' }).status === 0;

/** Starts Xvfb on a free display number, which it tells on a pipe. */
export function startDisplay(): Promise<Display> {
  return new Promise((resolve, reject) => {
    const server: ChildProcess = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    server.on('error', reject);
    server.on('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
    let told = '';
    server.stdio[3]!.on('data', (text: Buffer) => {
      told += text.toString();
      if (told.endsWith('\n')) resolve({ name: `:${told.trim()}`, stop: () => server.kill() });
    });
  });
}
