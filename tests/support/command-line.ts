import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const program = join(import.meta.dirname, '../../build/engine/cli.mjs');

/** What a program has written, and how it ended. */
export interface Ended {
  /** null: by a signal. */
  readonly exit: number | null;
  readonly out: string;
  readonly errors: string;
}

export interface RunOptions {
  /** Laid over this program's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** A program that runs. */
export interface Begun {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Runs a program to its end, whatever that is. */
export function runProgram(command: string, args: readonly string[], options?: RunOptions): Promise<Ended> {
  return beginProgram(command, args, options).ended;
}

function beginProgram(command: string, args: readonly string[], { environment = {}, folder }: RunOptions = {}): Begun {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  return { child, ended: untilEnded(child) };
}

async function untilEnded(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Ended> {
  const [out, errors] = [child.stdout, child.stderr].map(async (stream) => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  });
  const exit = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { exit, out: (await out)!, errors: (await errors)! };
}

/** Runs `packet-inspector` as it is built. */
export function packetInspector(args: readonly string[], options?: RunOptions): Promise<Ended> {
  return runProgram(process.execPath, [program, ...args], options);
}

/** The same, for who does something meanwhile. */
export function beginPacketInspector(args: readonly string[], options?: RunOptions): Begun {
  return beginProgram(process.execPath, [program, ...args], options);
}
