import { mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SpillFile } from './spill-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spill-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('SpillFile', () => {
  it('reads back what is on disk, what is still gathered, and what lies across both', () => {
    const spill = new SpillFile(join(folder, 'spill'));
    const first = spill.append(Uint8Array.of(1, 2, 3));
    spill.flush();
    const second = spill.append(Uint8Array.of(4, 5));
    expect(spill.read(first, 3)).toEqual(Uint8Array.of(1, 2, 3));
    expect(spill.read(second, 2)).toEqual(Uint8Array.of(4, 5));
    expect(spill.read(1, 4)).toEqual(Uint8Array.of(2, 3, 4, 5));
    expect(spill.read(3, 3)).toBeNull();
    spill.close();
  });

  it('takes runs longer than its buffer', () => {
    const spill = new SpillFile(join(folder, 'spill'));
    spill.append(Uint8Array.of(9));
    const large = new Uint8Array(3 << 20).map((_, index) => index);
    const offset = spill.append(large);
    const after = spill.append(Uint8Array.of(7));
    expect(Buffer.compare(spill.read(offset, large.length)!, large)).toBe(0);
    expect(spill.read(after, 1)).toEqual(Uint8Array.of(7));
    spill.close();
  });

  it('is for this user alone', () => {
    const spill = new SpillFile(join(folder, 'spill'));
    expect(statSync(spill.path).mode & 0o777).toBe(0o600);
    spill.close();
  });

  it('does not write through a link that somebody else put in its place', () => {
    symlinkSync('/dev/full', join(folder, 'spill'));
    expect(() => new SpillFile(join(folder, 'spill'))).toThrow(/EEXIST/);
  });
});
