import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderSink } from './folder-sink.ts';

const file = { namespace: 'analysis-emulator', pod: 'emulator-0', name: 'a.bson', size: 6, changed: 0 };
const bytes = (text: string) => new TextEncoder().encode(text);

describe('a folder that files of emulators are pulled into', () => {
  it('has them for the user alone, in the place of what was there, and goes on with them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-folder-'));
    const path = join(folder, file.name);
    try {
      writeFileSync(path, 'of a run before');
      chmodSync(path, 0o644);
      const sink = new FolderSink(folder, () => true);
      expect(await sink.take(file, 0, bytes('abc'))).toBe(3);
      await sink.take(file, 3, bytes('def'));
      expect(readFileSync(path, 'utf8')).toBe('abcdef');
      if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
      // Another emulator may have called one the same: neither takes the other's place.
      await expect(sink.take({ ...file, pod: 'emulator-1' }, 0, bytes('x'))).rejects.toThrow(
        'The folder already has a file of this name, from analysis-emulator/emulator-0/a.bson.',
      );
      expect(readFileSync(path, 'utf8')).toBe('abcdef');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('calls them as the system here can', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-folder-'));
    try {
      const named = { ...file, name: '..\\a:b?.bson' };
      await new FolderSink(folder, () => true, 'win32').take(named, 0, bytes('abc'));
      expect(readdirSync(folder)).toEqual(['.._a_b_.bson']);
      if (process.platform === 'win32') return;
      await new FolderSink(folder, () => true, 'linux').take({ ...file, name: 'a:b (1) é.bson' }, 0, bytes('abc'));
      expect(readdirSync(folder)).toContain('a:b (1) é.bson');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
