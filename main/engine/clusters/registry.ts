import type { ClusterCard } from '../../../app/api/types.ts';
import type { CaptureDocument } from '../../../app/capture/document.ts';
import type { NameAt } from '../../../app/capture/document-names.ts';
import { RequestError } from '../api/request-error.ts';
import { Cluster } from './cluster.ts';
import type { ClusterDriver } from './driver.ts';

export interface ClusterRegistryOptions {
  readonly onCapture: (document: CaptureDocument, nameAt: NameAt) => void;
  /** Null while there is room for captures; else what resolves when there is again. */
  readonly room: () => Promise<void> | null;
  /** Calls, messages or parts were lost, at a time in milliseconds since the epoch. */
  readonly onLoss: (time: number, count: number) => void;
  readonly onChange: (cards: ClusterCard[]) => void;
}

/** How often rates are taken and health is looked at. Milliseconds. */
const tick = 1000;

/** All clusters of the panel, in the order in which they were added. */
export class ClusterRegistry {
  readonly #options: ClusterRegistryOptions;
  readonly #clusters = new Map<string, Cluster>();
  readonly #timer: NodeJS.Timeout;
  #told = '';

  constructor(options: ClusterRegistryOptions) {
    this.#options = options;
    this.#timer = setInterval(() => {
      for (const cluster of this.#clusters.values()) cluster.tick();
      this.#tell();
    }, tick);
  }

  add(driver: ClusterDriver): void {
    this.#clusters.set(driver.id, new Cluster(driver, { ...this.#options, onChange: () => this.#tell() }));
    this.#tell();
  }

  /** Forgets a cluster; what runs in it stays as it is. */
  async remove(id: string): Promise<void> {
    const cluster = this.#clusters.get(id);
    this.#clusters.delete(id);
    this.#tell();
    await cluster?.close();
  }

  /** Nothing is captured there, and nothing is being switched. */
  isIdle(id: string): boolean {
    const state = this.#clusters.get(id)?.card().state;
    return state === undefined || state === 'off' || state === 'unreachable';
  }

  cards(): ClusterCard[] {
    return [...this.#clusters.values()].map((cluster) => cluster.card());
  }

  card(id: string): ClusterCard {
    return this.#cluster(id).card();
  }

  /** @throws RequestError when there is no such cluster */
  driver(id: string): ClusterDriver {
    return this.#cluster(id).driver;
  }

  /** Whether captures are wanted: not while a capture file is shown. */
  listen(wanted: boolean): void {
    for (const cluster of this.#clusters.values()) cluster.listen(wanted);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#clusters.values()].map((cluster) => cluster.close()));
  }

  #cluster(id: string): Cluster {
    const cluster = this.#clusters.get(id);
    if (cluster === undefined) throw new RequestError('cluster.unknown', `There is no cluster ${id}.`);
    return cluster;
  }

  #tell(): void {
    const cards = this.cards();
    const now = JSON.stringify(cards);
    if (now === this.#told) return;
    this.#told = now;
    this.#options.onChange(cards);
  }
}
