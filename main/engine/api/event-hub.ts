import type { EventName, Events } from '../../../app/api/contract.ts';

/** Hears every event; what connects a view to the engine is one. */
export type EventListener = <N extends EventName>(name: N, data: Events[N]) => void;

/** Hands events of the engine to the views that are connected. */
export class EventHub {
  readonly #listeners = new Set<EventListener>();

  listen(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit<N extends EventName>(name: N, data: Events[N]): void {
    for (const listener of this.#listeners) listener(name, data);
  }
}
