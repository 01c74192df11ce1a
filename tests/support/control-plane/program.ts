import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program that runs beside the test, with its output in a file. */
export interface RunningProgram {
  readonly name: string;
  readonly process: ChildProcess;
  /** All it has written so far. */
  log(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export function startProgram(
  folder: string,
  name: string,
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RunningProgram {
  const file = join(folder, `${name}.log`);
  const output = createWriteStream(file, { flags: 'a' });
  const process_ = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
  process_.stdout.pipe(output, { end: false });
  process_.stderr.pipe(output, { end: false });
  const ended = new Promise<void>((resolve) => {
    process_.once('exit', () => resolve());
    process_.once('error', () => resolve());
  });
  return {
    name,
    process: process_,
    log: () => readFileSync(file, 'utf8'),
    async stop(signal = 'SIGKILL') {
      process_.kill(signal);
      await ended;
      output.end();
    },
  };
}

/** Waits until `attempt` gives something; what it throws counts as not yet. */
export async function eventually<Value>(
  what: string,
  attempt: () => Promise<Value | null | false> | Value | null | false,
  { timeout = 30_000, every = 50 } = {},
): Promise<Value> {
  let reason = '';
  for (const end = Date.now() + timeout; Date.now() < end; ) {
    try {
      const value = await attempt();
      if (value !== null && value !== false) return value;
    } catch (error) {
      reason = `: ${(error as Error).message}`;
    }
    await new Promise((resolve) => setTimeout(resolve, every));
  }
  throw new Error(`${what}: not within ${timeout / 1000} s${reason}`);
}
