import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TokenFile } from './credentials.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'token-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('is read for each request, without the line end, and tells whether another one has come', async () => {
  const path = join(folder, 'token');
  const token = new TokenFile(path);
  await expect(token.apply({})).rejects.toThrow('ENOENT');
  writeFileSync(path, '\n');
  await expect(token.apply({})).rejects.toThrow(`${path} is empty`);
  writeFileSync(path, 'first\n');
  const options: RequestOptions = { headers: { accept: 'text/plain' } };
  await token.apply(options);
  expect(options.headers).toEqual({ accept: 'text/plain', Authorization: 'Bearer first' });
  expect(token.forget(options)).toBe(false);
  writeFileSync(path, 'second\n');
  expect(token.forget(options)).toBe(true);
  // Another request that was sent at the same time comes to know it later.
  await token.apply({});
  expect(token.forget(options)).toBe(true);
  rmSync(path);
  expect(token.forget(options)).toBe(false);
});
