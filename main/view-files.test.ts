import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readViewFile, viewFilePath } from './view-files.ts';

let top: string;
let folder: string;

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'packet-inspector-view-'));
  folder = join(top, 'view');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  // Begins with the folder's name, and is not in it.
  mkdirSync(`${folder}-other`);
  writeFileSync(join(folder, 'index.html'), 'view');
  writeFileSync(join(folder, 'assets', 'a b.js'), 'script');
  writeFileSync(join(folder, 'notes.txt'), 'no part of a page');
  writeFileSync(join(top, 'secret.html'), 'secret');
  writeFileSync(join(`${folder}-other`, 'secret.html'), 'secret');
});

afterAll(() => rmSync(top, { recursive: true, force: true }));

it('reads the files of the view, the first page for the top', async () => {
  expect(await readViewFile(folder, '/')).toEqual({
    mediaType: 'text/html; charset=utf-8',
    bytes: Buffer.from('view'),
  });
  expect((await readViewFile(folder, '/assets/a%20b.js'))?.mediaType).toBe('text/javascript; charset=utf-8');
});

it('finds nothing elsewhere, however the way out is written', async () => {
  for (const path of [
    '/../secret.html',
    '/%2e%2e/secret.html',
    '/..%2fsecret.html',
    '/assets/../../secret.html',
    '/..%2Fview-other%2Fsecret.html',
    '/../view-other/secret.html',
    '/..\\secret.html',
    '/..%5csecret.html',
    '//secret.html',
    `/${encodeURIComponent(join(top, 'secret.html'))}`,
    '/index.html%00.js',
    '/%',
    '/%ff',
    '',
  ]) {
    expect(await readViewFile(folder, path), path).toBeNull();
  }
});

it('knows no other kinds of files than pages have', async () => {
  expect(await readViewFile(folder, '/notes.txt')).toBeNull();
  expect(await readViewFile(folder, '/assets')).toBeNull();
});

it('gives a path below the folder or none', () => {
  const part = fc.constantFrom('..', '.', '', 'a', '%2e%2e', '%2f', '%5c', '\\', '/', '%00', '%', 'C:', '~');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.constantFrom('', '/'), (parts, joint) => {
      const path = viewFilePath('/srv/view', `/${parts.join(joint)}`);
      expect(path === null || (path.startsWith('/srv/view/') && !path.split('/').includes('..'))).toBe(true);
    }),
  );
});
