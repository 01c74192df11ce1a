import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine } from '../../main/engine/engine.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';

const capture = join(import.meta.dirname, '../fixtures/captures/http/h1-go.pcap');
let engine: TestEngine;

beforeEach(() => {
  engine = startTestEngine();
});

afterEach(() => engine.dispose());

/** A session as an earlier run left it. */
function earlierSession(name: string): string {
  const folder = join(engine.folder, 'sessions', name);
  mkdirSync(folder);
  copyFileSync(capture, join(folder, 'session.pcapng'));
  return join(folder, 'session.pcapng');
}

const listed = async () => (await engine.handlers['session.list']({})).sessions.map(({ kind, name }) => [kind, name]);

it('lists earlier sessions and capture files that were opened, and opens them by their names', async () => {
  const path = earlierSession('2026-01-02 03-04-05');
  const copy = join(engine.folder, '..', `library-${process.pid}.pcap`);
  copyFileSync(capture, copy);
  await engine.handlers['session.open']({ path: copy });
  expect((await listed()).slice(0, 2)).toEqual(
    expect.arrayContaining([
      ['file', `library-${process.pid}.pcap`],
      ['session', '2026-01-02 03-04-05'],
    ]),
  );
  expect((await engine.handlers['session.open']({ path })).name).toBe('2026-01-02 03-04-05');
  rmSync(copy);
  expect((await listed()).map(([kind]) => kind)).toEqual(['session']);
});

it('deletes a session but never a capture file, which it only forgets', async () => {
  const path = earlierSession('2026-01-02 03-04-05');
  await engine.handlers['session.open']({ path: capture });
  await engine.handlers['session.remove']({ path: capture });
  await engine.handlers['session.remove']({ path });
  expect(existsSync(capture)).toBe(true);
  expect(existsSync(path)).toBe(false);
  expect(await listed()).toEqual([]);
});

it('deletes neither the session that is shown nor anything that is not a session', async () => {
  const path = earlierSession('2026-01-02 03-04-05');
  await engine.handlers['session.open']({ path });
  await expect(engine.handlers['session.remove']({ path })).rejects.toThrow('The session that is shown');
  const sessions = join(engine.folder, 'sessions');
  const byParts = ['..', '.', '2026-01-02 03-04-05/..'].map((part) => `${sessions}/${part}/session.pcapng`);
  for (const other of [capture, engine.folder, join(sessions, '..', 'settings.json'), ...byParts])
    await expect(engine.handlers['session.remove']({ path: other })).rejects.toThrow('is not a session');
  expect(existsSync(path)).toBe(true);
});

it('does not delete what another that shares the folders is writing, before that has ended', async () => {
  const other = createEngine({ mode: 'desktop', version: 'test', folder: engine.folder });
  const { path } = await other.handlers['session.info']({});
  await expect(engine.handlers['session.remove']({ path })).rejects.toThrow('Another Packet Inspector is writing');
  expect(existsSync(dirname(path))).toBe(true);
  await other.close();
  // As if that had been killed.
  const left = earlierSession('2026-01-02 03-04-05');
  writeFileSync(join(dirname(left), 'writer'), '99999999-abcdef');
  await engine.handlers['session.remove']({ path: left });
  expect(existsSync(left)).toBe(false);
});

it('keeps the settings that another that shares the folders has changed meanwhile', async () => {
  const other = createEngine({ mode: 'desktop', version: 'test', folder: engine.folder });
  await other.handlers['schema.load']({ paths: [engine.folder] });
  await engine.handlers['session.open']({ path: capture });
  const { protoPaths, recentCaptures } = await engine.handlers['settings.get']({});
  expect({ protoPaths, recentCaptures }).toEqual({ protoPaths: [engine.folder], recentCaptures: [capture] });
  await other.close();
});

it('takes nothing of what is kept here for a program, also where a link leads to the folder', async () => {
  const link = `${engine.folder}-link`;
  symlinkSync(engine.folder, link);
  const other = createEngine({ mode: 'desktop', version: 'test', folder: link });
  const helmPath = join(link, 'sessions', 'helm');
  writeFileSync(helmPath, '#!/bin/sh\n', { mode: 0o700 });
  await expect(other.handlers['settings.set']({ helmPath })).rejects.toThrow('is a capture, not a program');
  await other.close();
  rmSync(link);
});
