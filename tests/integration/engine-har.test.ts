import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SaveProgress } from '../../app/api/session-types.ts';
import type { FlowRow } from '../../app/api/types.ts';
import type { HarEntry } from '../../app/formats/har/har-types.ts';
import { Session } from '../../main/engine/session/session.ts';
import { Workspace } from '../../main/engine/session/workspace.ts';
import { writeMixedCapture } from '../bench/open/mixed-capture.ts';
import { callDocuments } from '../support/capture-documents.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';

let folder: string;
let engine: TestEngine;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'packet-inspector-har-'));
  engine = startTestEngine();
});
afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

async function open(path: string): Promise<FlowRow[]> {
  await engine.handlers['session.open']({ path });
  while ((await engine.handlers['session.info']({})).reading !== null) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return engine.rows();
}

function entries(path: string): HarEntry[] {
  return JSON.parse(readFileSync(path, 'utf8')).log.entries;
}

/** What HAR has of a flow. */
function call({ method, target, status, requestSize, answerSize, protocol }: FlowRow) {
  return { method, target, status: status?.text, requestSize, answerSize, protocol };
}

describe('a session saved as HAR', () => {
  it('opened again gives the same calls of HTTP/1.1', async () => {
    const capture = join(folder, 'mixed.pcap');
    writeMixedCapture(capture, 300_000);
    const wanted = (await open(capture)).filter((row) => row.protocol === 'HTTP/1.1');
    const har = join(folder, 'saved.har');
    const filter = 'http && !grpc';
    const saved = await engine.handlers['session.save']({ target: engine.target(har), filter });
    expect(saved).toMatchObject({ path: har, flows: wanted.length, bytes: readFileSync(har).length });
    expect(wanted.length).toBeGreaterThan(30);
    const byTime = (rows: FlowRow[]) => rows.toSorted((a, b) => a.time - b.time).map(call);
    expect(byTime(await open(har))).toEqual(byTime(wanted));
  });

  it('leaves out what is not HTTP, and takes the format before the ending', async () => {
    await open(join(folder, 'mixed.pcap'));
    const diameter = await engine.handlers['session.save']({
      target: engine.target(join(folder, 'd.har')),
      filter: 'diameter',
    });
    expect([diameter.flows, entries(diameter.path)]).toEqual([0, []]);
    const grpc = join(folder, 'grpc.json');
    const saved = await engine.handlers['session.save']({ target: engine.target(grpc), filter: 'grpc', format: 'har' });
    expect(entries(grpc)).toHaveLength(saved.flows);
    expect(entries(grpc)[0]).toMatchObject({
      request: { method: 'POST', httpVersion: 'HTTP/2' },
      response: { status: 200, _trailers: [{ name: 'grpc-status', value: '5' }] },
    });
    expect(entries(grpc)[0]!._k8s).toBeUndefined();
  });

  it('names pods, services and namespaces', async () => {
    const workspace = new Workspace(join(folder, 'home'));
    const session = Session.live(workspace, Date.now());
    for (const document of callDocuments(1)) session.document(document);
    await session.close();
    await open(session.path);
    const path = join(folder, 'named.har');
    await engine.handlers['session.save']({ target: engine.target(path), filter: '' });
    workspace.close();
    const [entry] = entries(path);
    expect(entry!._k8s).toMatchObject({
      source: { namespace: 'shop', pod: 'frontend-0' },
      destination: { namespace: 'shop', pod: 'catalog-0' },
    });
    expect(entry!.response.content.text).not.toBe('');
    const ends = ({ source, destination }: FlowRow) =>
      [source, destination].map(({ address: _, port: _port, ...identity }) => identity);
    const wanted = ends((await engine.rows())[0]!);
    expect(wanted).toMatchObject([{ pod: 'frontend-0' }, { pod: 'catalog-0', service: 'catalog' }]);
    expect(ends((await open(path))[0]!)).toEqual(wanted);
    const copy = join(folder, 'copy.pcapng');
    await engine.handlers['session.save']({ target: engine.target(copy), filter: '' });
    expect((await open(copy))[0]).toMatchObject({ source: { pod: 'frontend-0' }, destination: { pod: 'catalog-0' } });
  });

  it('tells how far it is, and leaves nothing when it is cancelled', async () => {
    const capture = join(folder, 'large.pcap');
    writeMixedCapture(capture, 30_000_000);
    await open(capture);
    const told: SaveProgress[] = [];
    const stop = engine.events.listen((name, data) => {
      if (name !== 'save.progress') return;
      told.push(data as SaveProgress);
      void engine.handlers['session.cancelSave']({});
    });
    for (const format of ['har', 'pcapng'] as const) {
      const path = join(folder, `cancelled.${format}`);
      const target = engine.target(path);
      const saving = engine.handlers['session.save']({ target, filter: '', format });
      await expect(engine.handlers['session.save']({ target, filter: '', format })).rejects.toMatchObject({
        code: 'save.busy',
      });
      await expect(saving).rejects.toMatchObject({ code: 'save.cancelled' });
      const { done, total } = told.pop()!;
      expect([format, done > 0 && done < total, told]).toEqual([format, true, []]);
    }
    stop();
    expect(readdirSync(folder).filter((name) => /cancelled|unfinished/.test(name))).toEqual([]);
  });

  it('goes nowhere but where the dialog of the shell was answered with', async () => {
    const path = join(folder, 'elsewhere.har');
    const { permit } = engine.target(join(folder, 'chosen.har'));
    for (const target of [{ path, permit }, { path, permit: '' }, null]) {
      await expect(engine.handlers['session.save']({ target, filter: '' })).rejects.toMatchObject({
        code: 'session.path',
      });
    }
  });

  it('does not touch what was there when it cannot be written', async () => {
    const path = join(folder, 'no', 'such', 'folder.har');
    await expect(engine.handlers['session.save']({ target: engine.target(path), filter: '' })).rejects.toMatchObject({
      code: 'file.write',
    });
    const kept = join(folder, 'kept.har');
    writeFileSync(kept, 'before');
    await expect(engine.handlers['session.save']({ target: engine.target(kept), filter: 'http ==' })).rejects.toThrow();
    expect(readFileSync(kept, 'utf8')).toBe('before');
  });
});
