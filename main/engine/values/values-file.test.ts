import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { valuesChangedCode } from '../../../app/api/contract.ts';
import { readValuesFile, writeValuesFile } from './values-file.ts';

describe('a values file of the user', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'values-'));
    file = join(folder, 'aspen-mesh-override-values.yaml');
    writeFileSync(file, 'global: {}\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps its permissions and stays behind its link', async () => {
    const link = join(folder, 'link.yaml');
    symlinkSync(file, link);
    chmodSync(file, 0o640);
    const { revision } = await readValuesFile(link);
    await writeValuesFile(link, 'global: { hub: x }\n', revision);
    expect(readFileSync(file, 'utf8')).toBe('global: { hub: x }\n');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it('is not overwritten when it was changed meanwhile, unless that is wanted', async () => {
    const { revision } = await readValuesFile(file);
    writeFileSync(file, 'global: { hub: theirs }\n');
    await expect(writeValuesFile(file, 'mine: 1\n', revision)).rejects.toMatchObject({ code: valuesChangedCode });
    expect(readFileSync(file, 'utf8')).toBe('global: { hub: theirs }\n');
    const next = await writeValuesFile(file, 'mine: 1\n', null);
    expect(await readValuesFile(file)).toEqual({ text: 'mine: 1\n', revision: next });
  });

  it('is made where there is none, for this user alone', async () => {
    const made = join(folder, 'new.yaml');
    await writeValuesFile(made, 'a: 1\n', null);
    expect(statSync(made).mode & 0o777).toBe(0o600);
    const { revision } = await readValuesFile(file);
    rmSync(file);
    await writeValuesFile(file, 'a: 2\n', revision);
    expect(readFileSync(file, 'utf8')).toBe('a: 2\n');
  });

  it.each([
    ['a folder', () => mkdirSync(join(folder, 'odd')), 'odd', /odd cannot be read: it is not a file/],
    ['one that is not there', () => {}, 'odd', /odd cannot be read: ENOENT/],
    ['what is too large', () => writeFileSync(join(folder, 'odd'), ' '.repeat(300_000)), 'odd', /odd has 293 KiB/],
    [
      'an archive',
      () => writeFileSync(join(folder, 'odd'), Uint8Array.of(0x1f, 0x8b, 8, 0)),
      'odd',
      /odd is not UTF-8 text/,
    ],
  ])('is refused with a reason: %s', async (_, make, name, reason) => {
    make();
    await expect(readValuesFile(join(folder, name))).rejects.toThrow(reason);
  });

  it('says why it cannot be written', async () => {
    const place = join(folder, 'nowhere', 'values.yaml');
    await expect(writeValuesFile(place, 'a: 1\n', null)).rejects.toThrow(/values\.yaml cannot be written: /);
  });
});
