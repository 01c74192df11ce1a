import { Interruption } from '../engine/helm/interruption.ts';
import { complain } from './complain.ts';

const signals = [
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGHUP', 1],
] as const;

/**
 * Has Ctrl+C take back what helm has begun, where there is such a thing; pressed again, it ends this program at once. When it comes too late to
 * be heard, that is said, and the exit code is that of the signal.
 */
export function interruptible(): Interruption {
  let exitCode = 0;
  const interruption = new Interruption(() => {
    complain('the interruption came too late: what was done by then stays.');
    process.exitCode = exitCode;
  });
  for (const [signal, number] of signals) {
    process.on(signal, () => {
      exitCode = 128 + number;
      if (!interruption.isHeld || interruption.hasBegun) process.exit(exitCode);
      complain('interrupted: helm ends what it does, then all is taken back. Once more, and this program ends now.');
      interruption.begin();
    });
  }
  return interruption;
}
