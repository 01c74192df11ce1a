import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newPermitSecret, SavePermits } from '../../save-permit.ts';
import { valuesHandlers } from './values-handlers.ts';

describe('values files by the contract', () => {
  const permits = new SavePermits(newPermitSecret());
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'values-'));
    file = join(folder, 'values.yaml');
    writeFileSync(file, 'global: {}\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are read and written where a dialog for them said', async () => {
    const { 'values.open': open, 'values.save': save } = valuesHandlers(permits);
    const target = permits.target('values', file);
    const { name, revision } = await open({ target });
    expect(name).toBe('values.yaml');
    await save({ target, text: 'a: 1\n', revision });
    expect((await open({ target })).text).toBe('a: 1\n');
  });

  it.each([
    ['of another dialog', () => permits.target('capture', file)],
    ['of another run', () => new SavePermits(newPermitSecret()).target('values', file)],
    ['for another file', () => ({ ...permits.target('values', join(folder, 'other.yaml')), path: file })],
    ['that the page made up', () => ({ path: file, permit: '' })],
  ])('are not touched with a permit %s', async (_, target) => {
    const { 'values.open': open, 'values.save': save } = valuesHandlers(permits);
    const refused = /Choose the values file in the dialog/;
    await expect(async () => open({ target: target() })).rejects.toThrow(refused);
    await expect(async () => save({ target: target(), text: '', revision: null })).rejects.toThrow(refused);
  });

  it('are none of the engine’s business where the page is in a browser', async () => {
    const target = permits.target('values', file);
    await expect(async () => valuesHandlers(null)['values.open']({ target })).rejects.toThrow(/Choose the values file/);
  });
});
