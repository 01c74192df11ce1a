import type { ChildProcess } from 'node:child_process';

const PERIOD = 100;

/**
 * Lets a process run for a share of each tenth of a second only, as the kernel does to a container whose CPU limit is
 * used up; until the returned function is called.
 */
export function throttle(process: ChildProcess, share: number): () => void {
  process.kill('SIGSTOP');
  let running: NodeJS.Timeout | null = null;
  const period = setInterval(() => {
    process.kill('SIGCONT');
    running = setTimeout(() => process.kill('SIGSTOP'), PERIOD * share);
  }, PERIOD);
  return () => {
    clearInterval(period);
    if (running) clearTimeout(running);
    process.kill('SIGCONT');
  };
}
