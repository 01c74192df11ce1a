import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from '../../../tests/support/engine.ts';
import { receiverDriver } from '../../../tests/support/receiver-driver.ts';
import { KubeconfigClusters } from './kubeconfig-clusters.ts';

let folder: string;
let engine: TestEngine;
let clusters: KubeconfigClusters;

const file = () => join(folder, 'config');
const write = (contexts: readonly string[], server = 'https://127.0.0.1:1') =>
  writeFileSync(
    file(),
    JSON.stringify({
      clusters: [{ name: 'eu', cluster: { server } }],
      users: [{ name: 'anna', user: { token: 't' } }],
      contexts: contexts.map((name) => ({ name, context: { cluster: 'eu', user: 'anna' } })),
    }),
  );
const cards = async () => (await engine.handlers['clusters.list']({})).clusters;
const names = async () => (await cards()).map(({ name }) => name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  engine = startTestEngine();
  clusters = new KubeconfigClusters(engine, [file()]);
});

afterEach(async () => {
  clusters.close();
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

it('has a card for each context, and follows what is written into the file', async () => {
  await clusters.refresh();
  expect(await names()).toEqual([]);
  write(['prod', 'lab']);
  await expect.poll(names, { timeout: 10_000 }).toEqual(['prod', 'lab']);
  write(['lab', 'new']);
  await expect.poll(names, { timeout: 10_000 }).toEqual(['lab', 'new']);
});

it('keeps its cards while the file is damaged, and says what is wrong until it is not', async () => {
  write(['prod']);
  await clusters.refresh();
  writeFileSync(file(), 'contexts: [');
  await clusters.refresh();
  expect(await names()).toEqual(['prod', 'kubeconfig']);
  expect((await cards())[1]!.problem).toContain('config cannot be read');
  write(['prod']);
  await clusters.refresh();
  expect(await names()).toEqual(['prod']);
});

it('mends a context that was broken, and leaves one alone that captures', async () => {
  write(['prod'], 'nowhere');
  await clusters.refresh();
  expect((await cards())[0]).toMatchObject({
    state: 'unreachable',
    problem: expect.stringContaining('not an address'),
  });
  write(['prod']);
  await clusters.refresh();
  expect((await cards())[0]!.problem).toBe('');
  // The driver of this test always captures.
  await engine.removeCluster('prod');
  engine.addCluster({ ...receiverDriver(() => Promise.reject(new Error('nobody'))), id: 'prod', name: 'prod' });
  write([]);
  await clusters.refresh();
  expect(await names()).toEqual(['prod']);
});
