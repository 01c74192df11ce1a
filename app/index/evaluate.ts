import type { Order } from '../api/types.ts';
import type { FlowIndex } from './flow-index.ts';

/** Flows looked at before others get their turn: some milliseconds' work when each has to be read from the disk. */
const SLICE = 500;

/** How a long evaluation goes on beside other work. An `AbortSignal` will do as `signal`. */
export interface EvaluationOptions {
  readonly signal: { readonly aborted: boolean };
  /** Lets other work run: resolves in a later turn of the event loop. */
  pause(): Promise<void>;
  /** Told after each slice. */
  progress(done: number, total: number): void;
}

/**
 * Evaluates a filter to its end, slice by slice, so that one on the stored detail holds nothing up; others are done at once.
 * Gives false when it was stopped before. It asks the index anew for each slice, which keeps the list from being given up.
 *
 * @throws InvalidFilter
 */
export async function evaluateFilter(
  index: FlowIndex,
  filter: string,
  order: Order,
  { signal, pause, progress }: EvaluationOptions,
): Promise<boolean> {
  while (!signal.aborted) {
    const view = index.query(filter, order);
    if (view.pending === 0) return true;
    const pending = view.advance(SLICE);
    progress(index.total - pending, index.total);
    if (pending === 0) return true;
    await pause();
  }
  return false;
}
