import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for this user alone (0700), which goes with the process, however that comes to its end short of being killed. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-'));
  process.once('exit', () => {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Windows keeps files that are open still; nobody is left who could be told.
    }
  });
  return folder;
}
