import { utimesSync } from 'node:fs';

const hour = 3_600_000;

/**
 * Touches a folder every hour, so that whoever cannot tell whether this program runs does not take it for left behind. Does not keep the
 * program running.
 *
 * @returns ends it
 */
export function keepFresh(folder: string): () => void {
  const timer = setInterval(() => {
    try {
      const now = new Date();
      utimesSync(folder, now, now);
    } catch {
      // It is gone, or its disk is away for now.
    }
  }, hour);
  timer.unref();
  return () => clearInterval(timer);
}
