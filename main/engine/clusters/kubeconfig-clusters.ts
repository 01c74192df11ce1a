import { unwatchFile, watchFile } from 'node:fs';
import { errorText } from '../../log.ts';
import type { KubeConnection } from '../kube/connection.ts';
import { type KubeContext, type KubeContexts, kubeconfigFiles, readContexts } from '../kube/contexts.ts';
import type { AspenOptions } from './aspen/aspen-driver.ts';
import { createBrokenDriver } from './broken-driver.ts';
import type { ClusterDriver } from './driver.ts';
import { connectionOf, contextDriver } from './kubernetes.ts';

/** What is needed of the engine. */
export interface ClusterPanel {
  addCluster(driver: ClusterDriver): void;
  removeCluster(id: string): Promise<void>;
  /** Nothing is captured there, and nothing is being switched. */
  isIdle(id: string): boolean;
  /** What the user has set for upgrades of Aspen Mesh; '' where nothing. */
  upgradeSettings(id: string): { readonly helm: string; readonly chart: string };
}

interface Known {
  readonly fingerprint: KubeContext['fingerprint'];
  readonly connection: KubeConnection | null;
}

/** How often the files are looked at. Milliseconds. */
const lookEvery = 2_000;

/**
 * A cluster for each context of the user's kubeconfig files, as they are now. A context or file that is broken is listed and says
 * so, and harms no other. What is written into the files later, by a login or by hand, is taken over: a cluster that captures stays as
 * it is but for its credentials.
 */
export class KubeconfigClusters {
  readonly #panel: ClusterPanel;
  readonly #files: readonly string[];
  readonly #known = new Map<string, Known>();
  #problems: string[] = [];
  #refreshing: Promise<void> = Promise.resolve();

  constructor(panel: ClusterPanel, files: readonly string[] = kubeconfigFiles()) {
    this.#panel = panel;
    this.#files = files;
    // Asked by time: notifications are not to be had on every file system, and a file may come later.
    for (const file of files) watchFile(file, { interval: lookEvery, persistent: false }, this.#changed);
  }

  /** Resolves when the clusters are as the files say. */
  refresh(): Promise<void> {
    this.#refreshing = this.#refreshing.then(() => this.#read());
    return this.#refreshing;
  }

  close(): void {
    for (const file of this.#files) unwatchFile(file, this.#changed);
  }

  readonly #changed = (): void => void this.refresh();

  async #read(): Promise<void> {
    let found: KubeContexts;
    try {
      found = await readContexts(this.#files);
    } catch (error) {
      found = { contexts: [], current: '', problems: [errorText(error)] };
    }
    const { contexts, current, problems } = found;
    const names = new Set(contexts.map(({ name }) => name));
    // A file that is just being written says nothing about what it had.
    if (problems.length === 0) for (const name of this.#known.keys()) if (!names.has(name)) await this.#remove(name);
    for (const context of contexts) await this.#take(context, context.name === current);
    await this.#tell(problems);
  }

  async #take(context: KubeContext, eager: boolean): Promise<void> {
    const { name, fingerprint } = context;
    const known = this.#known.get(name);
    if (known?.fingerprint.cluster === fingerprint.cluster && known.connection) {
      if (known.fingerprint.user === fingerprint.user) return;
      known.connection.use(context.config());
      this.#known.set(name, { ...known, fingerprint });
      return;
    }
    if (known && (isEqual(known.fingerprint, fingerprint) || !(await this.#remove(name)))) return;
    const connection = connectionOf(context);
    this.#known.set(name, { fingerprint, connection });
    this.#panel.addCluster(
      contextDriver(context, { eager, files: this.#files, aspen: () => this.#aspenOptions(name) }, connection),
    );
  }

  #aspenOptions(name: string): Partial<AspenOptions> {
    const { helm, chart } = this.#panel.upgradeSettings(name);
    return { chart, ...(helm === '' ? {} : { helm }) };
  }

  /** False when something is captured there. */
  async #remove(name: string): Promise<boolean> {
    if (!this.#panel.isIdle(name)) return false;
    this.#known.delete(name);
    await this.#panel.removeCluster(name);
    return true;
  }

  async #tell(problems: readonly string[]): Promise<void> {
    for (const index of this.#problems.keys()) await this.#panel.removeCluster(problemName(index));
    this.#problems = [...problems];
    for (const [index, problem] of problems.entries()) {
      this.#panel.addCluster(createBrokenDriver(problemName(index), problem));
    }
  }
}

function problemName(index: number): string {
  return index === 0 ? 'kubeconfig' : `kubeconfig ${index + 1}`;
}

function isEqual(a: KubeContext['fingerprint'], b: KubeContext['fingerprint']): boolean {
  return a.cluster === b.cluster && a.user === b.user;
}
