import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

it('is for the user alone, and takes with it what programs that were killed have left, and nothing else', () => {
  const parent = mkdtempSync(join(tmpdir(), 'packet-inspector-temporary-'));
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  const lay = (name: string, hours: number) => {
    mkdirSync(join(parent, name));
    writeFileSync(join(parent, name, 'spill'), 'a body');
    utimesSync(join(parent, name), ago(hours), ago(hours));
  };
  try {
    lay('packet-inspector-99999999-abcDEF', 25);
    lay('packet-inspector-99999998-abcDEF', 23);
    lay(`packet-inspector-${process.ppid}-abcDEF`, 25);
    lay('packet-inspector-cli-abcDEF', 25);
    lay('somebody-else', 25);
    // What a link leads to is not ours to remove.
    symlinkSync(join(parent, 'somebody-else'), join(parent, 'packet-inspector-99999997-abcDEF'));
    const folder = temporaryFolder(parent);
    expect(basename(folder)).toMatch(new RegExp(`^packet-inspector-${process.pid}-`));
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700);
    const isThere = (name: string) => existsSync(join(parent, name));
    expect(isThere('packet-inspector-99999999-abcDEF')).toBe(false);
    for (const other of ['99999998', String(process.ppid), 'cli'])
      expect(isThere(`packet-inspector-${other}-abcDEF`), other).toBe(true);
    expect(isThere('somebody-else/spill')).toBe(true);
  } finally {
    rmSync(parent, { recursive: true });
  }
});

/** Somebody without rights: nothing is hidden from root. */
const nobody = 65_534;

// Windows has no such rights.
it.skipIf(process.platform === 'win32')('is made also where other folders are not to be seen', () => {
  const parent = mkdtempSync(join(tmpdir(), 'packet-inspector-temporary-'));
  const isRoot = process.getuid?.() === 0;
  try {
    chmodSync(parent, 0o300);
    if (isRoot) chownSync(parent, nobody, nobody);
    if (isRoot) process.seteuid?.(nobody);
    expect(() => readdirSync(parent)).toThrow('EACCES');
    expect(statSync(temporaryFolder(parent)).isDirectory()).toBe(true);
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(parent, 0o700);
    rmSync(parent, { recursive: true });
  }
});
