import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findWireshark, wiresharkAdvice } from './find.ts';

let folder: string;

function program(name: string): string {
  const path = join(folder, name);
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
  return path;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'packet-inspector-find-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the setting', () => {
  it('names a Wireshark, also one of a certain version', () => {
    for (const name of ['wireshark', 'Wireshark', 'wireshark-4.6.1.AppImage']) {
      const path = program(name);
      expect(findWireshark(path)).toBe(path);
    }
  });

  it('starts no other program of the machine, nor one of another', () => {
    mkdirSync(join(folder, 'wireshark.d'), { recursive: true });
    const other = program(join('wireshark.d', 'sh'));
    for (const setting of [
      other,
      join(folder, 'wireshark.d'),
      '/bin/sh',
      '\\\\server\\share\\Wireshark.exe',
      relative('.', program('wireshark')),
    ]) {
      expect(findWireshark(setting), setting).toBe('');
      expect(wiresharkAdvice(setting)).toContain(setting);
    }
  });

  it('is not passed over when it is wrong', () => {
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      expect(findWireshark('')).toBe(program('wireshark'));
      expect(findWireshark(join(folder, 'none', 'wireshark'))).toBe('');
    } finally {
      process.env.PATH = path;
    }
  });
});
