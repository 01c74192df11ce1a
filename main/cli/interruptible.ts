import { Interruption } from '../engine/helm/interruption.ts';
import { complain } from './complain.ts';

const signals = [
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGHUP', 1],
] as const;

/** Has Ctrl+C take back what helm has begun, where there is such a thing; pressed again, it ends this program at once. */
export function interruptible(): Interruption {
  const interruption = new Interruption();
  for (const [signal, number] of signals) {
    process.on(signal, () => {
      if (!interruption.isHeld || interruption.hasBegun) process.exit(128 + number);
      complain('interrupted: helm ends what it does, then all is taken back. Once more, and this program ends now.');
      interruption.begin();
    });
  }
  return interruption;
}
