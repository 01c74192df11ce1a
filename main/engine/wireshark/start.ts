import { spawn } from 'node:child_process';

/** How long a program that cannot run may take to say so. Milliseconds. */
const startTime = 300;

/** Starts a program that lives on without us. Rejects when it cannot be started. */
export function startDetached(path: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { detached: true, stdio: 'ignore' });
    const timer = setTimeout(resolve, startTime);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else reject(new Error(`it ended at once (${signal ?? `exit code ${code}`})`));
    });
    child.unref();
  });
}
