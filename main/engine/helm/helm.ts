import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import type { Readable } from 'node:stream';
import type { ReleaseStorage } from '../../../app/mesh/aspen/helm-release.ts';
import { searchPath } from '../program-path.ts';
import { findHelm, helmAdvice } from './find-helm.ts';
import { helmProblem } from './helm-problem.ts';
import { type HelmVersion, readHelmVersion, rollbackFlag } from './helm-version.ts';
import type { Interruption } from './interruption.ts';

export interface HelmOptions {
  /** Path of the program; '' for the one on PATH. */
  readonly setting: string;
  /** Kubeconfig files, and the context in them. */
  readonly files: readonly string[];
  readonly context: string;
  /** Ends what is run. */
  readonly interruption?: Interruption;
}

/** Longest output that is read: a dry run of a big chart. Bytes. */
const longestOutput = 64 << 20;

/** What would send helm elsewhere than to the context, or would look for releases elsewhere than where they are. */
const misleading = /^HELM_(KUBE|DRIVER|NAMESPACE|DEBUG)/;

/** Runs the helm program of this machine against one context. */
export class Helm {
  readonly #options: HelmOptions;

  constructor(options: HelmOptions) {
    this.#options = options;
  }

  /** @throws Error with advice when there is no helm */
  program(): string {
    const program = findHelm(this.#options.setting);
    if (program === '') throw new Error(helmAdvice(this.#options.setting));
    return program;
  }

  /** @throws Error with advice when it cannot be started, or is too old */
  async version(): Promise<HelmVersion> {
    return readHelmVersion(await this.run(['version', '--template', '{{.Version}}']));
  }

  /** The flags of an install or upgrade that helm waits for, and takes back when it fails. `timeout` in seconds. */
  async rollbackFlags(timeout: number): Promise<readonly string[]> {
    return [rollbackFlag(await this.version()), '--timeout', `${timeout}s`];
  }

  /**
   * Runs a command of helm that changes nothing, and resolves with what it writes to standard output.
   *
   * @param storage where the release is kept that the arguments name
   * @throws Error with helm's own reason, and what to do where that is known
   */
  async run(args: readonly string[], storage: ReleaseStorage = 'secret'): Promise<string> {
    const { interruption } = this.#options;
    interruption?.check();
    const { child, ended } = this.#begin(args, storage);
    if (!interruption) return ended;
    try {
      return await interruption.during(() => child.kill(), ended);
    } finally {
      interruption.check();
    }
  }

  /**
   * The same for one that changes the cluster, which goes on to its end whatever happens: helm that is ended meanwhile leaves
   * objects behind that no release knows of, or a release that nothing can be done with.
   */
  async change(args: readonly string[], storage: ReleaseStorage): Promise<void> {
    const { interruption } = this.#options;
    interruption?.check();
    try {
      await this.#begin(args, storage).ended;
    } catch (error) {
      // What failed has ended, as was wished.
      interruption?.heard();
      throw error;
    }
  }

  /** Whether the user wishes that what was changed just now is taken back. */
  isInterrupted(): boolean {
    return this.#options.interruption?.heard() ?? false;
  }

  #begin(args: readonly string[], storage: ReleaseStorage) {
    const { files, context } = this.#options;
    const environment = Object.entries(process.env).filter(([name]) => !misleading.test(name));
    const child = spawn(this.program(), ['--kube-context', context, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...Object.fromEntries(environment),
        // helm starts the kubeconfig's exec plugins, which may be where the app's own PATH does not lead.
        PATH: searchPath(),
        KUBECONFIG: files.join(delimiter),
        HELM_DRIVER: storage,
      },
      // Ctrl+C in a terminal goes to all of its programs: this one is told by us.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    return { child, ended: untilEnded(child) };
  }
}

async function untilEnded(child: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  const output = collect(child.stdout, () => child.kill());
  const complaints = collect(child.stderr, () => child.kill());
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`helm cannot be started: ${error.message}`)));
    child.once('close', resolve);
  });
  if (code !== 0)
    throw new Error(helmProblem(complaints().toString('utf8')) || `helm exited with ${code ?? 'a signal'}.`);
  return output().toString('utf8');
}

function collect(stream: NodeJS.ReadableStream, tooLong: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > longestOutput) tooLong();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks);
}
