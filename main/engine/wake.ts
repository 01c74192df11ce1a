/** How often the clock is looked at, and by how much it must have jumped. Milliseconds. */
const lookEvery = 1_000;
const jump = 5_000;

const listeners = new Set<() => void>();
let timer: NodeJS.Timeout | null = null;
let last = 0;

/**
 * Calls back when this program goes on after it did not run for some seconds: the machine slept, or the process was stopped.
 * Connections may have died in the meantime without a word. Returns the function that ends the listening.
 */
export function onWake(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === null) {
    last = Date.now();
    timer = setInterval(look, lookEvery).unref();
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** By the wall clock: the one that timers go by may stand still while the machine sleeps. */
function look(): void {
  const now = Date.now();
  const slept = now - last > jump;
  last = now;
  if (slept) for (const listener of [...listeners]) listener();
}
