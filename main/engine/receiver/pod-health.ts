import type { HeartbeatDocument } from '../../../app/capture/document.ts';

/** A pod of which nothing was heard for so long is silent. Heartbeats come every few seconds. Milliseconds. */
const silentAfter = 20_000;
/** Silent for so long: the pod has gone, as pods do. Milliseconds. */
const goneAfter = 120_000;

/** So long a filter may be idle without anything being wrong: where pods are left out, each asks first whether it is one. Milliseconds. */
const idleAfter = 3_000;

/** Which pods' filters are alive, by their heartbeats. Times are of this engine's clock. */
export class PodHealth {
  readonly #lastHeard = new Map<string, { at: number; idleSince: number | null }>();

  heard({ namespace, pod, capturing }: HeartbeatDocument, now: number): void {
    const name = `${namespace}/${pod}`;
    const idleSince = capturing ? null : (this.#lastHeard.get(name)?.idleSince ?? now);
    this.#lastHeard.set(name, { at: now, idleSince });
  }

  /** Pods heard of lately, and those among them that are silent or idle. */
  state(now: number): { readonly pods: number; readonly silent: readonly string[]; readonly idle: readonly string[] } {
    const silent: string[] = [];
    const idle: string[] = [];
    for (const [pod, { at, idleSince }] of this.#lastHeard) {
      if (now - at > goneAfter) this.#lastHeard.delete(pod);
      else if (now - at > silentAfter) silent.push(pod);
      else if (idleSince !== null && now - idleSince > idleAfter) idle.push(pod);
    }
    return { pods: this.#lastHeard.size, silent, idle };
  }

  clear(): void {
    this.#lastHeard.clear();
  }
}
