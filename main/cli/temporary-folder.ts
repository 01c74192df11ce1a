import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepFresh } from '../keep-fresh.ts';
import { isAlive } from '../process-alive.ts';

const name = /^packet-inspector-(\d+)-[A-Za-z0-9]{6}$/;
/** Programs in containers may share the folder and not the numbers of processes. Milliseconds. */
const day = 24 * 3_600_000;

/**
 * A folder for this user alone (0700), which goes with the process, however that comes to its end; of one that was killed it goes with the
 * first start a day later.
 */
export function temporaryFolder(parent = tmpdir()): string {
  removeAbandoned(parent);
  const folder = mkdtempSync(join(parent, `packet-inspector-${process.pid}-`));
  keepFresh(folder);
  process.once('exit', () => {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Windows keeps files that are open still; nobody is left who could be told.
    }
  });
  return folder;
}

/** As far as that can be done: nobody asked for it. */
function removeAbandoned(parent: string): void {
  for (const entry of entriesOf(parent)) {
    const pid = Number(name.exec(entry)?.[1] ?? 0);
    if (pid === 0 || isAlive(pid)) continue;
    const folder = join(parent, entry);
    try {
      const { mtimeMs, uid } = lstatSync(folder);
      const isOurs = process.getuid === undefined || uid === process.getuid();
      if (isOurs && mtimeMs < Date.now() - day) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Somebody else was first.
    }
  }
}

/** A folder for temporary files may be one that can be written to and not listed. */
function entriesOf(parent: string): readonly string[] {
  try {
    return readdirSync(parent);
  } catch {
    return [];
  }
}
