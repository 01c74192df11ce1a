import { connect, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HeartbeatDocument, LossDocument, StreamDocument } from '../../app/capture/document.ts';
import { encodeDocument } from '../../app/capture/stream-encode.ts';
import type { TailRequest } from '../../app/capture/stream-messages.ts';
import { parseTailRequest } from '../../app/capture/stream-parse.ts';
import { SentCounts } from '../../main/cluster/aggregator/sent-counts.ts';
import { Ring } from '../../main/cluster/receiver/ring.ts';
import { subjectOf } from '../../main/cluster/receiver/subject.ts';
import { createTailServer, type TailServer } from '../../main/cluster/receiver/tail-server.ts';
import { callDocuments } from '../support/capture-documents.ts';
import { createTestMesh, type TestMesh } from '../support/cluster.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { receiverDriver } from '../support/receiver-driver.ts';

let mesh: TestMesh;
let engine: TestEngine;
let ring: Ring;
let tails: TailServer | null;
/** What the engine asked tails for, one after the other. */
let asked: TailRequest[];

const card = async () => (await engine.handlers['clusters.list']({})).clusters[0]!;
const push = (document: StreamDocument) =>
  ring.push((sequence) => encodeDocument(document, sequence), subjectOf(document));
const sent = new SentCounts('aggregator');
/** Numbered as an aggregator does it. */
const call = (number: number) => {
  for (const document of callDocuments(number)) {
    const count = sent.next(document.metadata.pod.pod, document.part)!;
    sent.reach(document.metadata.pod.pod, count);
    push({ ...document, sent: count });
  }
};

async function startTails(): Promise<void> {
  tails = await createTailServer(mesh.socket('tail'), ring, mesh.log);
}

async function stopTails(): Promise<void> {
  await tails?.close();
  tails = null;
}

async function untilTotal(total: number): Promise<void> {
  await expect.poll(async () => (await engine.rows()).length, { timeout: 15_000 }).toBe(total);
}

beforeEach(async () => {
  mesh = await createTestMesh();
  engine = startTestEngine();
  ring = new Ring(1 << 20);
  asked = [];
  await startTails();
  engine.addCluster(
    receiverDriver(
      () =>
        new Promise((resolve, reject) => {
          const { path } = mesh.socket('tail') as { path: string };
          const socket = connect(path, () => resolve(socket)).on('error', reject);
          const { write } = socket;
          socket.write = ((bytes: Uint8Array) => {
            asked.push(parseTailRequest(bytes));
            return write.call(socket, bytes);
          }) as typeof socket.write;
        }),
    ),
  );
});

afterEach(async () => {
  await engine.dispose();
  await stopTails();
  await mesh.close();
});

describe("a receiver's live tail", () => {
  it('goes on after a break where it was, each call once', async () => {
    for (let number = 0; number < 20; number++) call(number);
    await untilTotal(20);
    await stopTails();
    await expect.poll(async () => (await card()).connection.state).toBe('reconnecting');
    expect((await card()).state).toBe('degraded');
    for (let number = 20; number < 50; number++) call(number);
    await startTails();
    await untilTotal(50);
    expect(await card()).toMatchObject({
      connection: { state: 'connected', nextTry: null },
      state: 'capturing',
      lost: 0,
    });
    expect((await engine.rows()).every((row) => row.vantage === 'both')).toBe(true);
    // Both sides of the 20 calls that it had, and no more, are not asked for again.
    expect(asked).toMatchObject([
      { ring: '', after: 0n },
      { ring: ring.id, after: 40n },
    ]);
  });

  it('begins anew with another ring, as after a restart of the receiver', async () => {
    for (let number = 0; number < 5; number++) call(number);
    await untilTotal(5);
    await stopTails();
    ring = new Ring(1 << 20);
    for (let number = 5; number < 8; number++) call(number);
    await startTails();
    await untilTotal(8);
  });

  it('counts what fell out of the ring while it was away', async () => {
    call(0);
    await untilTotal(1);
    await stopTails();
    for (let number = 1; number < 2000; number++) call(number);
    const kept = ring.length;
    await startTails();
    await expect.poll(async () => (await card()).lost, { timeout: 15_000 }).toBe(2 * 1999 - kept);
    expect((await card()).losses).toMatchObject([
      { namespace: 'shop', stage: 'live tail', kind: 'exchange' },
      { namespace: 'shop', stage: 'live tail', kind: 'exchange' },
    ]);
  });

  it('counts what fell out of the ring of pods that have gone for good meanwhile, by their last heartbeat', async () => {
    call(0);
    await untilTotal(1);
    await stopTails();
    for (let number = 1; number <= 100; number++) call(number);
    const heartbeat = { type: 'heartbeat', time: 1n, namespace: 'shop', instances: 1, messages: 0 } as const;
    const alive = { ...heartbeat, exchanges: 0, capturing: true };
    const pods = new Set(callDocuments(0).map(({ metadata }) => metadata.pod.pod));
    for (const pod of pods) push({ ...alive, pod, sent: sent.of(pod)! });
    const last = ring.next;
    while (ring.first < last) push({ ...alive, pod: 'other-0' });
    await startTails();
    await expect.poll(async () => (await card()).lost, { timeout: 15_000 }).toBe(2 * 100);
    const { losses } = await card();
    expect(losses.map(({ pod, count }) => [pod, count]).sort()).toEqual([...pods].sort().map((pod) => [pod, 100]));
    expect((await engine.rows()).length).toBe(1);
  });

  it('counts losses by pod, each counter once', async () => {
    const loss = (total: number, count: number, kind: LossDocument['kind'] = 'exchange'): LossDocument => ({
      type: 'loss',
      time: 1n,
      namespace: 'shop',
      pod: 'frontend-0',
      stage: 'filter',
      kind,
      count,
      reason: 'in-flight limit',
      counter: 'a1',
      total,
    });
    for (const document of [loss(3, 3), loss(3, 3), loss(7, 4), loss(4096, 4096, 'body')]) push(document);
    await expect.poll(async () => (await card()).losses.length).toBe(2);
    expect((await card()).lost).toBe(7);
    expect((await card()).losses).toContainEqual({
      namespace: 'shop',
      pod: 'frontend-0',
      stage: 'filter',
      kind: 'exchange',
      reason: 'in-flight limit',
      count: 7,
    });
  });

  it('is degraded while a pod does not capture', async () => {
    const heartbeat: HeartbeatDocument = {
      type: 'heartbeat',
      time: 1n,
      namespace: 'shop',
      pod: 'cart-0',
      instances: 1,
      exchanges: 0,
      messages: 0,
      capturing: false,
    };
    push(heartbeat);
    await expect.poll(async () => (await card()).problem, { timeout: 10_000 }).toBe('shop/cart-0: not capturing.');
    push({ ...heartbeat, capturing: true });
    await expect.poll(async () => (await card()).state).toBe('capturing');
  });

  it('comes back after a stream that is no stream of documents', async () => {
    await stopTails();
    const garbage = createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const { path } = mesh.socket('tail') as { path: string };
    await new Promise<void>((resolve) => garbage.listen(path, resolve));
    await expect.poll(async () => (await card()).problem, { timeout: 15_000 }).toMatch(/document's length/);
    await new Promise((resolve) => garbage.close(resolve));
    call(1);
    await startTails();
    await untilTotal(1);
  });
});
