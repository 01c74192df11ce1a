import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
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
  for (const other of [capture, engine.folder, join(engine.folder, 'sessions', '..', 'settings.json')])
    await expect(engine.handlers['session.remove']({ path: other })).rejects.toThrow('is no session');
  expect(existsSync(path)).toBe(true);
});
