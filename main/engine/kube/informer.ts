import { setTimeout as pause } from 'node:timers/promises';
import type { KubernetesObject } from '../../../app/mesh/kubernetes.ts';
import type { Resource } from '../../../app/mesh/resources.ts';
import { errorText } from '../../log.ts';
import { BackOff } from '../back-off.ts';
import { onWake } from '../wake.ts';
import type { KubeClient, ListOptions } from './client.ts';
import { isExpired, isForbidden } from './kube-error.ts';

export interface InformerOptions<Kept> {
  readonly client: KubeClient;
  readonly resource: Resource;
  readonly scope?: ListOptions;
  /** What is remembered of an object that came or changed: a big cluster has many, and little of them is needed. */
  readonly keep: (object: KubernetesObject) => Kept;
  /** Something came, changed or went, or could not be seen any more. */
  readonly onChange: () => void;
}

/**
 * What may be listed and not watched, or not even listed, is listed again so often; sooner at first, since an API server that has just
 * started allows nothing to anybody but administrators. Milliseconds.
 */
const listEvery = 60_000;
const firstListAgain = 1_000;

/**
 * All objects of a kind as they are now: listed once, then watched, and listed anew where the watch has missed something
 * (410 Gone). https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export class Informer<Kept> {
  readonly #options: InformerOptions<Kept>;
  readonly #ending = new AbortController();
  /** By `namespace/name`. */
  #objects = new Map<string, Kept>();
  #isListed = false;
  #problem = '';
  #watching: AbortController | null = null;

  constructor(options: InformerOptions<Kept>) {
    this.#options = options;
    const stopListening = onWake(() => this.#watching?.abort());
    this.#ending.signal.addEventListener('abort', stopListening);
    void this.#run(this.#ending.signal);
  }

  /** Listed at least once: what `objects` gives is what there is. */
  get isListed(): boolean {
    return this.#isListed;
  }

  /** Why the objects cannot be seen, or not as they are now; ''. */
  get problem(): string {
    return this.#problem;
  }

  get objects(): Iterable<Kept> {
    return this.#objects.values();
  }

  close(): void {
    this.#ending.abort();
    this.#watching?.abort();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const backOff = new BackOff();
    let version = '';
    let listAgain = firstListAgain;
    while (!signal.aborted) {
      let wait = 0;
      try {
        if (version === '') version = await this.#list();
        version = await this.#watch(version, signal);
        this.#become('');
        backOff.reset();
        listAgain = firstListAgain;
      } catch (error) {
        if (signal.aborted) return;
        if (isExpired(error)) {
          version = '';
          wait = backOff.next();
        } else if (isForbidden(error)) {
          // Listed without being watched is better than nothing, and a permission may come.
          version = '';
          wait = listAgain;
          listAgain = Math.min(listEvery, listAgain * 2);
          if (!this.#isListed) this.#become(errorText(error));
        } else {
          wait = backOff.next();
          this.#become(errorText(error));
        }
      }
      if (wait > 0) await pause(wait, undefined, { signal }).catch(() => {});
    }
  }

  /** @returns the version of what was listed */
  async #list(): Promise<string> {
    const { client, resource, scope, keep } = this.#options;
    const objects = new Map<string, Kept>();
    let version = '';
    for await (const page of client.pages(resource, scope)) {
      version = page.version;
      for (const item of page.items) objects.set(keyOf(item), keep(item));
    }
    this.#objects = objects;
    this.#isListed = true;
    this.#problem = '';
    this.#options.onChange();
    return version;
  }

  /** @returns the version after which to go on, when the server, or the sleep of this machine, ended the watch */
  async #watch(from: string, signal: AbortSignal): Promise<string> {
    const { client, resource, scope, keep, onChange } = this.#options;
    const watching = new AbortController();
    this.#watching = watching;
    let version = from;
    try {
      for await (const { type, object } of client.watch(resource, version, watching.signal, scope)) {
        version = object.metadata.resourceVersion ?? version;
        if (this.#problem !== '') this.#become('');
        if (type === 'BOOKMARK') continue;
        if (type === 'DELETED') this.#objects.delete(keyOf(object));
        else this.#objects.set(keyOf(object), keep(object));
        onChange();
      }
    } catch (error) {
      if (!watching.signal.aborted || signal.aborted) throw error;
    }
    return version;
  }

  #become(problem: string): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#options.onChange();
  }
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
