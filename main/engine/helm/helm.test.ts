import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { searchPath } from '../program-path.ts';
import { Helm } from './helm.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'helm-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.skipIf(process.platform === 'win32')('starts helm with a PATH that its plugins are found on', async () => {
  const program = join(folder, 'helm');
  writeFileSync(program, '#!/bin/sh\necho "$PATH"\n', { mode: 0o700 });
  const helm = new Helm({ setting: program, files: [join(folder, 'config')], context: 'lab' });
  const path = (await helm.run(['version'])).trim();
  expect(path).toBe(searchPath());
  expect(path.split(':')).toContain('/opt/homebrew/bin');
});
