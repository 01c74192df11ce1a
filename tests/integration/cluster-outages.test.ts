import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batchOf, recordOf, START, simpleExchange } from '../support/captured.ts';
import { bsonCount, createTestMesh, filesIn, openTail, postBatch, type TestMesh, until } from '../support/cluster.ts';
import { captures, documents, losses, metric } from '../support/tail-messages.ts';

let mesh: TestMesh;
beforeEach(async () => {
  mesh = await createTestMesh();
});
afterEach(() => mesh.close());

describe('restarts and outages', () => {
  it('a receiver that restarts loses and repeats nothing that the aggregator still has', async () => {
    let receiver = await mesh.startReceiver();
    const aggregator = await mesh.startAggregator(receiver.address);
    const total = 60;
    for (let stream = 1; stream <= total; stream++) {
      const events = simpleExchange(`/r/${stream}`, 'x'.repeat(100), 200, START + BigInt(stream));
      aggregator.takeBatch(batchOf(stream * 2, [recordOf(stream, events.slice(0, 3), { final: false })]));
      if (stream % 20 === 0) {
        await receiver.close();
        receiver = await mesh.startReceiver();
      }
      aggregator.takeBatch(batchOf(stream * 2 + 1, [recordOf(stream, events.slice(3), { part: 1 })]));
    }
    await until(() => metric(aggregator.metrics(), 'queue_documents') === 0, 'everything acknowledged');
    await until(() => metric(receiver.metrics(), 'files_waiting_bytes') === 0, 'everything written');
    const files = [...filesIn(mesh.captures)].filter(([name]) => name.endsWith('.bson'));
    expect(files.length).toBe(total);
    for (const [, bytes] of files) expect(bsonCount(bytes)).toBe(2);
  });

  it('without a receiver the queue stays bounded, and what is shed is counted to the unit', async () => {
    const aggregator = await mesh.startAggregator(mesh.socket('receiver'), { memoryLimit: 4 * 1024 * 1024 });
    const total = 2_000;
    let refused = 0;
    for (let stream = 1; stream <= total; stream++) {
      aggregator.takeBatch(batchOf(stream, [recordOf(stream, simpleExchange('/q', 'y'.repeat(400)))]));
    }
    if (
      (await postBatch(
        aggregator.address!,
        batchOf(total + 1, [recordOf(total + 1, simpleExchange('/q', 'z'.repeat(5000)))]),
        mesh.proxy,
      )) === 429
    )
      refused++;
    expect(refused).toBe(1);
    expect(metric(aggregator.metrics(), 'queue_bytes')!).toBeLessThan(1024 * 1024);
    const receiver = await mesh.startReceiver();
    const tail = openTail(receiver.tailAddress);
    const shed = () =>
      losses(tail)
        .filter(({ kind, stage }) => kind === 'exchange' && stage === 'aggregator')
        .reduce((sum, { count }) => sum + count, 0);
    await until(() => captures(tail).length + shed() === total, 'captures and losses add up');
    expect(shed()).toBeGreaterThan(0);
    const bodies = captures(tail).filter(({ metadata }) => metadata.cut?.answer === 400).length;
    expect(
      losses(tail)
        .filter(({ kind }) => kind === 'body')
        .reduce((sum, { count }) => sum + count, 0),
    ).toBeGreaterThanOrEqual(bodies * 400);
    expect(bodies).toBeGreaterThan(0);
    tail.close();
  });

  it('a live tail resumes, hears of a gap, and another ring is sent whole', async () => {
    const receiver = await mesh.startReceiver({ ringLimit: 20_000 });
    const aggregator = await mesh.startAggregator(receiver.address, { heartbeatEvery: 1e9 });
    aggregator.takeBatch(batchOf(0, [recordOf(1, simpleExchange('/1', 'x'))]));
    const first = openTail(receiver.tailAddress);
    await until(() => captures(first).length === 1, 'the first document');
    first.close();
    const hello = first.messages.find((message) => message.type === 'hello');
    const ring = hello?.type === 'hello' ? hello.ring : '';
    const seen = documents(first.messages).at(-1)!.sequence;
    for (let stream = 2; stream <= 100; stream++)
      aggregator.takeBatch(batchOf(stream, [recordOf(stream, simpleExchange(`/${stream}`, 'x'))]));
    await until(() => metric(aggregator.metrics(), 'queue_documents') === 0, 'everything acknowledged');
    const resumed = openTail(receiver.tailAddress, { ring, after: seen });
    await until(() => captures(resumed).at(-1)?.metadata.id.endsWith('/100') === true, 'the last document');
    const [greeting, gap, ...rest] = resumed.messages;
    expect(greeting?.type).toBe('hello');
    expect(gap).toMatchObject({ type: 'gap', from: seen + 1n });
    expect(gap?.type === 'gap' && gap.count + rest.length).toBe(
      Number(documents(resumed.messages).at(-1)!.sequence - seen),
    );
    resumed.close();
    const other = openTail(receiver.tailAddress, { ring: 'another', after: 5n });
    await until(() => documents(other.messages).length === rest.length, 'the whole ring');
    other.close();
    const fresh = openTail(receiver.tailAddress, { after: null });
    await until(() => fresh.messages.length === 1, 'the greeting');
    expect(documents(fresh.messages)).toEqual([]);
    fresh.close();
  });

  it('a tail that does not read costs no memory and holds nobody up', async () => {
    const receiver = await mesh.startReceiver({ ringLimit: 200_000, folder: null });
    const aggregator = await mesh.startAggregator(receiver.address);
    const slow = openTail(receiver.tailAddress);
    slow.socket.pause();
    const quick = openTail(receiver.tailAddress);
    const total = 3_000;
    for (let stream = 1; stream <= total; stream++) {
      aggregator.takeBatch(batchOf(stream, [recordOf(stream, simpleExchange('/x', 'y'.repeat(2_000)))]));
      if (stream % 50 === 0) await until(() => captures(quick).length >= stream, 'the quick tail keeps up');
    }
    slow.socket.resume();
    const gapped = () => slow.messages.reduce((sum, message) => sum + (message.type === 'gap' ? message.count : 0), 0);
    await until(() => Number(documents(slow.messages).at(-1)?.sequence ?? 0n) >= total, 'the slow tail arrives');
    expect(gapped()).toBeGreaterThan(0);
    expect(gapped() + documents(slow.messages).length).toBe(Number(documents(slow.messages).at(-1)!.sequence));
    slow.close();
    quick.close();
  });
});
