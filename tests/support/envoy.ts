import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap, type SidecarOptions, slotResources } from './envoy-config.ts';

/** Envoys that the tests run with: the newest, and the oldest that can be had. */
export const ENVOY_VERSIONS = ['1.40.0', '1.36.2'] as const;

/** Where `npm run parts` puts Envoy, or null when it is not there. */
export function envoyBinary(version: string): string | null {
  const path = join(import.meta.dirname, '../../.parts/envoy', version, 'envoy');
  return existsSync(path) ? path : null;
}

/** A real Envoy on loopback, as a sidecar would be. */
export class Envoy implements AsyncDisposable {
  readonly process: ChildProcess;
  /** Ports of its listeners by name: `http`, `tcp`. */
  readonly ports: Readonly<Record<string, number>>;
  readonly adminPort: number;
  readonly #folder: string;
  readonly #options: SidecarOptions;
  readonly #log: () => string;

  private constructor(
    process: ChildProcess,
    folder: string,
    options: SidecarOptions,
    adminPort: number,
    ports: Record<string, number>,
    log: () => string,
  ) {
    this.process = process;
    this.#folder = folder;
    this.#options = options;
    this.adminPort = adminPort;
    this.ports = ports;
    this.#log = log;
  }

  static async start(version: string, options: SidecarOptions): Promise<Envoy> {
    const binary = envoyBinary(version);
    if (binary === null) throw new Error(`Envoy ${version} is not in .parts`);
    const folder = await mkdtemp(join(tmpdir(), 'envoy-'));
    if (options.filter) await writeSlots(folder, options);
    await writeFile(join(folder, 'envoy.json'), JSON.stringify(bootstrap(folder, options)));
    const process = spawn(
      binary,
      [
        ...['-c', join(folder, 'envoy.json'), '--disable-hot-restart', '--admin-address-path', join(folder, 'admin')],
        ...['--concurrency', String(options.concurrency ?? 1), '--log-level', 'warning'],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let log = '';
    process.stderr!.on('data', (chunk) => {
      log = (log + chunk).slice(-20_000);
    });
    const adminPort = await until(
      async () => {
        if (process.exitCode !== null) throw new Error(`Envoy ended: ${log}`);
        const address = await readFile(join(folder, 'admin'), 'utf8').catch(() => '');
        return Number(address.split(':')[1]) || null;
      },
      () => `Envoy did not start: ${log}`,
    );
    const ports = await until(
      () => readPorts(adminPort),
      () => `no listeners: ${log}`,
    );
    return new Envoy(process, folder, options, adminPort, ports, () => log);
  }

  /** Switches the filter's configuration in its slot, as an extension config of Istio would. */
  async configure(configuration: string): Promise<void> {
    if (!this.#options.filter) throw new Error('this Envoy has no filter');
    await writeSlots(this.#folder, { ...this.#options, filter: { ...this.#options.filter, configuration } });
  }

  get log(): string {
    return this.#log();
  }

  /** Reads from the admin interface. */
  async admin(path: string, method = 'GET'): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${this.adminPort}${path}`, { method });
    return answer.text();
  }

  /** Counters and gauges whose names match. */
  async stats(filter: string): Promise<Record<string, number>> {
    const text = await this.admin(`/stats?filter=${encodeURIComponent(filter)}`);
    return Object.fromEntries(
      text
        .split('\n')
        .map((line) => line.split(': '))
        .filter((pair) => pair.length === 2)
        .map(([name, value]) => [name, Number(value)]),
    );
  }

  /** CPU time used since it started, in milliseconds; resident memory in bytes. */
  async usage(): Promise<{ cpu: number; resident: number }> {
    const stat = await readFile(`/proc/${this.process.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { cpu: (Number(fields[11]) + Number(fields[12])) * 10, resident: Number(fields[21]) * 4096 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = new Promise((resolve) => this.process.once('exit', resolve));
      this.process.kill('SIGKILL');
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Envoy watches for files that are moved into place. */
async function writeSlots(folder: string, options: SidecarOptions): Promise<void> {
  for (const [name, content] of Object.entries(slotResources(options.filter!))) {
    await writeFile(join(folder, `${name}.new`), JSON.stringify(content));
    await rename(join(folder, `${name}.new`), join(folder, name));
  }
}

async function readPorts(adminPort: number): Promise<Record<string, number> | null> {
  const ready = await fetch(`http://127.0.0.1:${adminPort}/ready`).catch(() => null);
  if (ready?.status !== 200) return null;
  const answer = await fetch(`http://127.0.0.1:${adminPort}/listeners?format=json`);
  const { listener_statuses: listeners } = (await answer.json()) as {
    listener_statuses: { name: string; local_address: { socket_address: { port_value: number } } }[];
  };
  return Object.fromEntries(listeners.map(({ name, local_address: at }) => [name, at.socket_address.port_value]));
}

async function until<Value>(attempt: () => Promise<Value | null>, complaint: () => string): Promise<Value> {
  for (let attempts = 0; attempts < 200; attempts++) {
    const value = await attempt();
    if (value !== null) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(complaint());
}
