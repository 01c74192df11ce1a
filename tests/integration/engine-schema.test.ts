import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SchemaInfo, StreamMessages } from '../../app/api/types.ts';
import { createEngine } from '../../main/engine/engine.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { grpcCapture, writeShopSchema } from '../support/shop-schema.ts';

let folder: string;
let engine: TestEngine;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'packet-inspector-schema-'));
  writeShopSchema(folder);
  engine = startTestEngine();
  await engine.handlers['session.open']({ path: grpcCapture });
  while ((await engine.handlers['session.info']({})).reading !== null) await new Promise((done) => setTimeout(done, 5));
});
afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

async function messagesOf(method: string): Promise<StreamMessages> {
  const [row] = await engine.rows(`grpc && http.request.uri contains "${method}"`);
  return engine.handlers['flows.messages']({ id: row!.id, offset: 0, limit: 10 });
}

describe('message types of gRPC', () => {
  it('are not known at first: fields are shown by number', async () => {
    expect(await engine.handlers['schema.info']({})).toEqual({ sources: [] });
    const { untyped, messages } = await messagesOf('ServerStream');
    expect([untyped, messages[0]!.text]).toEqual([true, '1: "go"']);
  });

  it('hold for what is open as soon as they are loaded, and every view is told', async () => {
    const told: unknown[] = [];
    const stop = engine.events.listen((name, data) => {
      if (name === 'schema.changed') told.push(data);
    });
    const info = await engine.handlers['schema.load']({ paths: [folder, join(folder, 'none')] });
    stop();
    expect(told).toEqual([info]);
    expect(info.sources).toMatchObject([
      {
        path: folder,
        messages: 1,
        methods: 4,
        problems: [{ text: expect.stringMatching(/^broken\.proto:3: illegal/) }],
      },
      {
        messages: 0,
        methods: 0,
        problems: [{ text: expect.stringMatching(/none cannot be read: it does not exist/) }],
      },
    ]);
    const { untyped, messages } = await messagesOf('ServerStream');
    expect([untyped, JSON.parse(messages[0]!.text)]).toEqual([false, { words: 'go' }]);
    expect((await messagesOf('Unknown')).untyped).toBe(true);
  });

  it('are remembered, and are gone when their places are taken away', async () => {
    const next = createEngine({ mode: 'desktop', version: 'test', folder: engine.folder });
    const remembered: SchemaInfo = await next.handlers['schema.info']({});
    await next.close();
    expect(remembered).toEqual(await engine.handlers['schema.info']({}));
    await engine.handlers['schema.load']({ paths: [] });
    expect((await messagesOf('ServerStream')).untyped).toBe(true);
    expect(await engine.handlers['settings.get']({})).toMatchObject({ protoPaths: [] });
  });
});
