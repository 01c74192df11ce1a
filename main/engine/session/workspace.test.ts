import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Workspace } from './workspace.ts';

let folder: string;
let workspace: Workspace | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workspace-'));
});
afterEach(() => {
  workspace?.close();
  rmSync(folder, { recursive: true });
});

/** No process has this number. */
const nobody = 99_999_999;
const here = hostname()
  .replace(/[^\w.-]/g, '_')
  .slice(0, 64);

/** A scratch folder that a program has made and left, or uses still; returns its name. */
function lay(pid: number, host: string, hoursAgo: number): string {
  const name = `${pid}-${host}-abCDEf`;
  const path = join(folder, 'scratch', name);
  mkdirSync(path, { recursive: true });
  const time = new Date(Date.now() - hoursAgo * 3_600_000);
  utimesSync(path, time, time);
  return name;
}

it('removes what programs of this host left that run no more, and of others what was not touched for a day', () => {
  const used = [lay(process.ppid, here, 30), lay(nobody, 'other-host', 23), lay(process.pid, 'other-host', 1)];
  const left = [lay(nobody, here, 0), lay(process.pid, here, 0), lay(nobody - 1, 'other-host', 25)];
  workspace = new Workspace(folder);
  const isThere = (name: string) => existsSync(join(folder, 'scratch', name));
  for (const name of used) expect(isThere(name), name).toBe(true);
  for (const name of left) expect(isThere(name), name).toBe(false);
});
