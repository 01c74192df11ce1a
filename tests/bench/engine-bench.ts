/**
 * The engine from the socket of a receiver's live tail to the index: calls a second, memory for each flow, and the time
 * from a document's arrival to the event that shows it. The receiver's side runs in a thread of its own.
 *
 *     node tests/bench/engine-bench.ts [CALLS]
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { encodeDocument } from '../../app/capture/stream-encode.ts';
import { Ring } from '../../main/cluster/receiver/ring.ts';
import { createTailServer } from '../../main/cluster/receiver/tail-server.ts';
import { createEngine } from '../../main/engine/engine.ts';
import { createProcessLog } from '../../main/log.ts';
import { callDocuments } from '../support/capture-documents.ts';
import { receiverDriver } from '../support/receiver-driver.ts';

/** Calls a second in the second part, where the latency is measured. */
const pace = 2_000;
const paced = 10_000;

/** To push nothing asks for the thread's CPU time so far. */
type Command = { readonly push: number; readonly pace: number };

/** The receiver's side: puts calls into a ring, all at once or at a pace. */
async function runReceiver(path: string): Promise<void> {
  const ring = new Ring(4 * 2 ** 30);
  await createTailServer({ path }, ring, createProcessLog('bench', 'error'));
  let number = 0;
  const call = () => {
    for (const document of callDocuments(number)) ring.push((sequence) => encodeDocument(document, sequence));
    number++;
  };
  parentPort!.on('message', async ({ push, pace: perSecond }: Command) => {
    if (push === 0) {
      parentPort!.postMessage(process.threadCpuUsage());
      return;
    }
    if (perSecond === 0) {
      for (let count = 0; count < push; count++) call();
      parentPort!.postMessage('pushed');
      return;
    }
    const start = performance.now();
    for (let done = 0; done < push; ) {
      const due = Math.min(push, Math.floor(((performance.now() - start) * perSecond) / 1000));
      for (; done < due; done++) {
        call();
        // The time of each tenth call goes beside it, by the clock that both threads share.
        if (done % 10 === 0) parentPort!.postMessage({ number: number - 1, at: Date.now() + (performance.now() % 1) });
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    parentPort!.postMessage('pushed');
  });
  parentPort!.postMessage('ready');
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

async function run(calls: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-bench-'));
  const tail = join(folder, 'tail');
  const worker = new Worker(import.meta.filename, { workerData: tail });
  await once(worker, 'message');
  worker.postMessage({ push: calls, pace: 0 } satisfies Command);
  await once(worker, 'message');

  const engine = createEngine({ mode: 'desktop', version: 'bench', folder: join(folder, 'engine') });
  const shown: { at: number; total: number }[] = [];
  let total = 0;
  engine.events.listen((name, data) => {
    if (name !== 'flows.changed' || !('total' in data)) return;
    total = data.total;
    shown.push({ at: Date.now(), total });
  });
  const untilTotal = async (wanted: number) => {
    while (total < wanted) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  const microseconds = ({ user, system }: NodeJS.CpuUsage) => user + system;
  const perCall = (used: number) => (used / 1000 / calls).toFixed(3);
  const receiverTime = async (): Promise<number> => {
    worker.postMessage({ push: 0, pace: 0 } satisfies Command);
    const [usage] = await once(worker, 'message');
    return microseconds(usage);
  };
  const receiverBefore = await receiverTime();
  const before = process.memoryUsage();
  const cpu = process.cpuUsage();
  const thread = process.threadCpuUsage();
  const start = performance.now();
  engine.addCluster(
    receiverDriver(async () => {
      const socket = connect(tail);
      await once(socket, 'connect');
      return socket;
    }),
  );
  await untilTotal(calls);
  const seconds = (performance.now() - start) / 1000;
  const used = microseconds(process.cpuUsage(cpu));
  const usedByThread = microseconds(process.threadCpuUsage(thread));
  const usedByReceiver = (await receiverTime()) - receiverBefore;
  globalThis.gc?.();
  const after = process.memoryUsage();
  const rows = await engine.handlers['flows.window']({
    filter: 'http.response.code == 503',
    order: { column: 'id', descending: false },
    offset: 0,
    limit: 1,
  });
  console.log(
    `${calls} calls, both sides of each: ${Math.round(calls / seconds)} flows/s, ${Math.round((2 * calls) / seconds)} captures/s`,
  );
  console.log(
    `CPU: ${perCall(usedByThread)} ms a call in the engine's thread, ${perCall(used - usedByThread - usedByReceiver)} in the decoding thread and the collector's, ${perCall(usedByReceiver)} in the receiver's`,
  );
  console.log(
    `resident: ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB; memory: ${Math.round((after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / calls)} bytes a flow${globalThis.gc ? '' : ' (with garbage: run with --expose-gc)'}`,
  );
  console.log(
    `session: ${Math.round((await engine.handlers['session.info']({})).bytes / calls)} bytes a flow; ${rows.matching} errors`,
  );

  const pushed: { number: number; at: number }[] = [];
  const done = new Promise<void>((resolve) => {
    worker.on('message', (message: 'pushed' | { number: number; at: number }) => {
      if (message === 'pushed') resolve();
      else pushed.push(message);
    });
  });
  shown.length = 0;
  worker.postMessage({ push: paced, pace } satisfies Command);
  await done;
  await untilTotal(calls + paced);
  const latencies = pushed
    .map(({ number, at }) => shown.find((event) => event.total > number)!.at - at)
    .sort((a, b) => a - b);
  console.log(
    `from the receiver to the event at ${pace} calls/s: p50 ${percentile(latencies, 0.5).toFixed(0)} ms, ` +
      `p99 ${percentile(latencies, 0.99).toFixed(0)} ms, longest ${percentile(latencies, 1).toFixed(0)} ms`,
  );
  await engine.close();
  await worker.terminate();
  rmSync(folder, { recursive: true });
}

if (isMainThread) await run(Number(process.argv[2] ?? 50_000));
else await runReceiver(workerData as string);
