import type { HeartbeatDocument } from '../../../app/capture/document.ts';

/** A pod of which nothing was heard for so long is silent. Heartbeats come every few seconds. Milliseconds. */
const silentAfter = 20_000;
/** Silent for so long: the pod has gone, as pods do. Milliseconds. */
const goneAfter = 120_000;

/** Which pods' filters are alive, by their heartbeats. Times are of this engine's clock. */
export class PodHealth {
  readonly #lastHeard = new Map<string, { at: number; capturing: boolean }>();

  heard({ namespace, pod, capturing }: HeartbeatDocument, now: number): void {
    this.#lastHeard.set(`${namespace}/${pod}`, { at: now, capturing });
  }

  /** Pods heard of lately, and those among them that are silent or idle. */
  state(now: number): { readonly pods: number; readonly silent: readonly string[]; readonly idle: readonly string[] } {
    const silent: string[] = [];
    const idle: string[] = [];
    for (const [pod, { at, capturing }] of this.#lastHeard) {
      if (now - at > goneAfter) this.#lastHeard.delete(pod);
      else if (now - at > silentAfter) silent.push(pod);
      else if (!capturing) idle.push(pod);
    }
    return { pods: this.#lastHeard.size, silent, idle };
  }

  clear(): void {
    this.#lastHeard.clear();
  }
}
