import type { FlowsChanged } from '../../../app/api/types.ts';

/** No event comes sooner after the one before: one frame of a screen. Milliseconds. */
const frame = 16;
/** However busy the engine is, flows are shown after so long. Milliseconds. */
const longest = 200;

/**
 * Tells that flows changed, at most once a frame. While the engine is busy the pause grows with the lateness of its own
 * timer, so that telling takes no time from reading.
 */
export class FlowsNotifier {
  readonly #current: () => FlowsChanged;
  readonly #emit: (changed: FlowsChanged) => void;
  #timer: NodeJS.Timeout | null = null;
  #pause = frame;
  #last: FlowsChanged | null = null;

  /** @param current brings the index up to date and says how it stands */
  constructor(current: () => FlowsChanged, emit: (changed: FlowsChanged) => void) {
    this.#current = current;
    this.#emit = emit;
  }

  /** Something may have changed. */
  touch(): void {
    if (this.#timer !== null) return;
    const due = performance.now() + this.#pause;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      const late = performance.now() - due;
      this.#pause = Math.min(longest, late > frame ? this.#pause * 2 : Math.max(frame, this.#pause / 2));
      this.now();
    }, this.#pause);
  }

  /** Tells at once, if there is anything new. */
  now(): void {
    const changed = this.#current();
    const last = this.#last;
    if (last?.version === changed.version && last.total === changed.total && last.open === changed.open) return;
    this.#last = changed;
    this.#emit(changed);
  }

  /** Another session is shown: whatever its numbers are, they are news. */
  restart(): void {
    this.#last = null;
    this.now();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
