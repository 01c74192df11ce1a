import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlowDetail, FlowRow } from '../../app/api/types.ts';
import { createDemoDriver } from '../../main/demo/demo-driver.ts';
import { until } from '../support/cluster.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { tsharkFields, tsharkIsInstalled } from '../support/tshark.ts';

/** A session recorded from the demo cluster through the real aggregator and receiver, closed with all calls finished. */
let recorded: { engine: TestEngine; path: string; rows: FlowRow[]; details: FlowDetail[] };

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

async function openIn(engine: TestEngine, path: string): Promise<FlowRow[]> {
  let reading = true;
  const stop = engine.events.listen((name, data) => {
    if (name === 'session.changed' && 'reading' in data) reading = data.reading !== null;
  });
  const info = await engine.handlers['session.open']({ path });
  if (info.reading !== null) await until(() => !reading, 'the file is read');
  stop();
  return engine.rows();
}

beforeAll(async () => {
  const engine = startTestEngine();
  engine.addCluster(createDemoDriver());
  await engine.handlers['clusters.enable']({ id: 'demo' });
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((done) => setTimeout(done, 100))) {
    const seen = new Set((await engine.rows()).map((row) => row.protocol));
    if (['HTTP/1.1', 'HTTP/2', 'gRPC', 'Diameter'].every((protocol) => seen.has(protocol as FlowRow['protocol'])))
      break;
  }
  await new Promise((done) => setTimeout(done, 3000));
  await engine.handlers['clusters.disable']({ id: 'demo' });
  await new Promise((done) => setTimeout(done, 2500));
  const rows = await engine.rows();
  const { path } = await engine.handlers['session.info']({});
  recorded = { engine, path, rows, details: await engine.details(rows) };
});

afterAll(() => recorded.engine.dispose());

describe('a session', () => {
  it('has flows of all protocols, nearly all seen from both sides', () => {
    const joined = recorded.rows.filter((row) => row.vantage === 'both').length;
    expect(recorded.rows.length).toBeGreaterThan(50);
    expect(joined / recorded.rows.length).toBeGreaterThan(0.9);
  });

  it('is for this user alone', () => {
    for (const path of filesBelow(recorded.engine.folder))
      expect([path, statSync(path).mode & 0o777]).toEqual([path, 0o600]);
    expect(statSync(recorded.engine.folder).mode & 0o777).toBe(0o700);
  });

  it('opened again gives the same flows and details', async () => {
    const engine = startTestEngine();
    const finished = recorded.rows.filter((row) => row.state !== 'open');
    const ids = new Set(finished.map((row) => row.id));
    const again = (await openIn(engine, recorded.path)).filter((row) => ids.has(row.id));
    expect(again).toEqual(finished);
    const details = await engine.details(again);
    expect(details).toEqual(recorded.details.filter((detail) => ids.has(detail.row.id)));
    expect((await engine.handlers['session.info']({})).problems).toEqual([]);
    await engine.dispose();
  });

  it('is read compressed as well', async () => {
    const engine = startTestEngine();
    const bytes = readFileSync(recorded.path);
    const parts = Array.from({ length: Math.ceil(bytes.length / 3001) }, (_, index) =>
      bytes.subarray(index * 3001, index * 3001 + 3001),
    );
    // As parallel programs write it: frames in a row, and one to be skipped (RFC 8878 section 3.1.2) before each.
    const skipped = Buffer.from('502a4d1804000000aabbccdd', 'hex');
    for (const [name, packed] of [
      ['session.pcapng.gz', gzipSync(bytes)],
      ['session.members.gz', Buffer.concat(parts.map((part) => gzipSync(part)))],
      ['session.padded.gz', Buffer.concat([gzipSync(bytes), Buffer.alloc(512)])],
      ['session.pcapng.zst', zstdCompressSync(bytes)],
      ['session.frames.zst', Buffer.concat(parts.map((part) => zstdCompressSync(part)))],
      ['session.parallel.zst', Buffer.concat(parts.flatMap((part) => [skipped, zstdCompressSync(part)]))],
    ] as const) {
      const path = join(engine.folder, name);
      writeFileSync(path, packed);
      expect(await openIn(engine, path), name).toHaveLength(recorded.rows.length);
      expect((await engine.handlers['session.info']({})).problems, name).toEqual([]);
    }
    await engine.dispose();
  });

  it('cut in the middle opens with a problem and keeps the rest', async () => {
    const engine = startTestEngine();
    const path = join(engine.folder, 'cut.pcapng');
    copyFileSync(recorded.path, path);
    truncateSync(path, Math.floor(statSync(path).size / 2) + 1);
    const rows = await openIn(engine, path);
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.length).toBeLessThan(recorded.rows.length);
    const { problems } = await engine.handlers['session.info']({});
    expect(problems).toHaveLength(1);
    expect(problems[0]!.code).toMatch(/^pcapng\./);
    await engine.dispose();
  });

  it('saves the conversations of the flows that match, and no others', async () => {
    const path = join(recorded.engine.folder, 'diameter.pcapng');
    const wanted = recorded.rows.filter((row) => row.protocol === 'Diameter');
    const saved = await recorded.engine.handlers['session.save']({
      target: recorded.engine.target(path),
      filter: 'diameter',
    });
    expect(saved).toMatchObject({ path, download: '', flows: wanted.length, bytes: statSync(path).size });
    const engine = startTestEngine();
    const rows = await openIn(engine, path);
    const names = (list: readonly FlowRow[]) =>
      list.map((row) => [row.method, row.target, row.status?.text, row.vantage]);
    expect(names(rows)).toEqual(names(wanted));
    await engine.dispose();
  });

  it.skipIf(!tsharkIsInstalled)('gives tshark the same Diameter messages and names', async () => {
    const rows = tsharkFields(recorded.path, ['diameter.cmd.code', 'diameter.flags.request'], 'diameter');
    const messages = recorded.details
      .filter((detail) => detail.row.protocol === 'Diameter')
      .flatMap((detail) => detail.observations)
      .reduce((sum, seen) => sum + Number(seen.requestStart !== null) + Number(seen.answerStart !== null), 0);
    expect(rows.flatMap(([codes]) => codes!.split(','))).toHaveLength(messages);
  });
});

describe('opening what is no capture', () => {
  it('says so in one sentence and disturbs nothing', async () => {
    const { engine } = recorded;
    const folder = join(engine.folder, 'odd');
    mkdirSync(folder);
    writeFileSync(join(folder, 'empty.pcap'), '');
    writeFileSync(join(folder, 'photo.jpg'), Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4));
    const open = (path: string) => engine.handlers['session.open']({ path });
    const { path } = await engine.handlers['session.info']({});
    await expect(open(join(folder, 'missing.pcap'))).rejects.toMatchObject({ code: 'file.missing' });
    await expect(open(folder)).rejects.toMatchObject({ code: 'file.directory' });
    await expect(open(join(folder, 'empty.pcap'))).rejects.toMatchObject({ code: 'file.empty' });
    await expect(open(join(folder, 'photo.jpg'))).rejects.toThrow(/JPEG/);
    expect((await engine.handlers['session.info']({})).path).toBe(path);
    expect(await engine.rows()).toEqual(recorded.rows);
  });
});
