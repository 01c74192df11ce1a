import { setTimeout as pause } from 'node:timers/promises';
import { errorText } from '../../log.ts';
import { BackOff } from '../back-off.ts';
import { isAway, isForbidden } from './kube-error.ts';

/** How long an API server may be away that is just being restarted or replaced: when something has been begun there, and before. Milliseconds. */
export const absences = { begun: 60_000, notBegun: 15_000 } as const;
/** One that has just come back allows nothing to anybody but administrators until it has read its Roles. Milliseconds. */
const withoutRoles = 10_000;

/**
 * Does what may be done more than once, again and again while the API server is away.
 *
 * @param onAway told each time what failed
 * @param patience how long it may be away, in milliseconds
 * @param signal nobody wants it any more: it is not tried again
 * @throws what the work throws for another reason, or when the server has been away for too long
 */
export async function whileAway<T>(
  work: () => Promise<T>,
  onAway: (problem: string) => void,
  patience: number,
  signal: AbortSignal,
): Promise<T> {
  const backOff = new BackOff();
  let lastAway = Number.NEGATIVE_INFINITY;
  for (const end = performance.now() + patience; ; ) {
    try {
      return await work();
    } catch (error) {
      const now = performance.now();
      const isBack = isForbidden(error) && now - lastAway < withoutRoles;
      if (!(isAway(error) || isBack) || now > end || signal.aborted) throw error;
      if (!isBack) lastAway = now;
      onAway(errorText(error));
      await pause(backOff.next(), undefined, { signal }).catch(() => {});
    }
  }
}
