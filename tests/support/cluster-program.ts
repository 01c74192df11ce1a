import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { programEnvironment } from '../../app/mesh/program-pod.ts';
import type { TlsIdentity } from '../../main/tls/certificate-files.ts';

/** The kernel counts CPU time in these. */
const TICKS_PER_SECOND = 100;

/** The aggregator or the receiver as a process of its own. */
export class ClusterProgram implements AsyncDisposable {
  readonly process: ChildProcess;
  readonly #status: string;
  readonly #log: string[] = [];

  /** `folder` is where its status socket is made; `options` are those of its command line. */
  constructor(name: 'aggregator' | 'receiver', folder: string, options: readonly string[]) {
    const main = join(import.meta.dirname, '..', '..', 'main', 'cluster', name, 'main.ts');
    this.#status = join(folder, `${name}-status`);
    const all = [main, ...options, '--status', `unix:${this.#status}`];
    const env = { ...process.env, ...programEnvironment };
    this.process = spawn(process.execPath, all, { stdio: ['ignore', 'ignore', 'pipe'], env });
    this.process.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
      this.#log.push(chunk);
    });
  }

  /** What it wrote to its standard error. */
  get log(): string {
    return this.#log.join('');
  }

  get ended(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** NaN while the program does not answer. */
  metric(name: string): Promise<number> {
    return new Promise((resolve) => {
      const request = get({ socketPath: this.#status, path: '/metrics', agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve(Number(new RegExp(`^packet_inspector_${name} (.*)$`, 'm').exec(text)?.[1])));
      });
      request.on('error', () => resolve(Number.NaN));
    });
  }

  /** Waits until a metric is as wanted. */
  async until(name: string, condition: (value: number) => boolean): Promise<void> {
    for (;;) {
      if (this.ended) throw new Error(`the program ended by itself: ${this.log}`);
      if (condition(await this.metric(name))) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** User and system time of all threads: fields 14 and 15 of proc(5)'s stat. */
  get cpuSeconds(): number {
    const text = readFileSync(`/proc/${this.process.pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  /** The most memory that it ever had, in megabytes. */
  get peakMegabytes(): number {
    const match = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.process.pid}/status`, 'utf8'));
    return Math.round(Number(match?.[1]) / 1024);
  }

  /** Ends it in good order, or by SIGKILL. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.ended) return;
    const ended = once(this.process, 'exit');
    this.process.kill(signal);
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A process that was stopped would never see a SIGTERM.
    this.process.kill('SIGCONT');
    await this.end();
  }
}

/** Writes an identity as PEM files; gives the options that name them. */
export function certificateOptions(folder: string, prefix: string, { cert, key, ca }: TlsIdentity): string[] {
  return Object.entries({ cert, key, ca }).flatMap(([name, text]) => {
    const file = join(folder, `${prefix}-${name}.pem`);
    writeFileSync(file, text, { mode: 0o600 });
    return [`--${name}`, file];
  });
}
