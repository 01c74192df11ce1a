/**
 * Opening a large capture file through the engine, as a view does it: throughput, memory, when the first flows are there,
 * how long the engine keeps a request waiting meanwhile, and what cancelling leaves. The engine runs in a process of its
 * own, so that what is measured is the engine's alone.
 *
 *     npx node tests/bench/open-bench.ts [MEGABYTES] [FILE]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { createEngine } from '../../main/engine/engine.ts';
import { writeMixedCapture } from './open/mixed-capture.ts';

interface Measured {
  readonly flows: number;
  readonly seconds: number;
  /** Until the first window with rows in it. */
  readonly firstRows: number;
  /** Resident memory before the file was opened, and the most that there ever was. Bytes. */
  readonly idle: number;
  readonly peak: number;
  /** Live memory that the flows take: heap and buffers after a collection, less those before. Bytes. */
  readonly live: number;
  /** Milliseconds. */
  readonly loopDelay: number;
  readonly windowP50: number;
  readonly windowLongest: number;
  readonly progressEvents: number;
}

/** The most memory that this process ever had resident. */
function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}

function liveMemory(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Opens the file and asks for windows as a list does while it is read; stops after `share` of it when that is below 1. */
async function measure(path: string, folder: string, share: number): Promise<Measured> {
  const engine = createEngine({ mode: 'desktop', version: 'bench', folder });
  let progressEvents = 0;
  engine.events.listen((name) => {
    if (name === 'session.changed') progressEvents++;
  });
  const window = () =>
    engine.handlers['flows.window']({
      filter: 'http.response.code == 404 || grpc.status_code == 5 || diameter.Result-Code == 4012',
      order: { column: 'time', descending: true },
      offset: 0,
      limit: 60,
    });
  await setTimeout(300);
  const idle = process.memoryUsage.rss();
  const before = liveMemory();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const waits: number[] = [];
  let firstRows = Number.NaN;
  const start = performance.now();
  await engine.handlers['session.open']({ path });
  for (;;) {
    const asked = performance.now();
    // Through the event loop, as a request that comes by a port has to wait for its turn.
    await new Promise((resolve) => setImmediate(resolve));
    const { rows } = await window();
    waits.push(performance.now() - asked);
    if (Number.isNaN(firstRows) && rows.length > 0) firstRows = (performance.now() - start) / 1000;
    const { reading } = await engine.handlers['session.info']({});
    if (reading === null) break;
    if (share < 1 && reading.done >= share * reading.total) await engine.handlers['session.cancelOpen']({});
    await setTimeout(50);
  }
  const seconds = (performance.now() - start) / 1000;
  delay.disable();
  waits.sort((a, b) => a - b);
  const { flows } = await engine.handlers['session.info']({});
  const peak = peakMemory();
  const live = liveMemory() - before;
  await engine.close();
  return {
    flows,
    seconds,
    firstRows,
    idle,
    peak,
    live,
    loopDelay: delay.max / 1e6,
    windowP50: waits[waits.length >> 1]!,
    windowLongest: waits.at(-1)!,
    progressEvents,
  };
}

/** In pieces: the most memory that a child had counts what its parent held when it was forked. */
function readAll(path: string): void {
  const piece = new Uint8Array(1 << 20);
  const file = openSync(path, 'r');
  while (readSync(file, piece) > 0);
  closeSync(file);
}

async function inOwnProcess(path: string, share: number): Promise<Measured> {
  const child = fork(import.meta.filename, [path, String(share)], {
    execArgv: ['--expose-gc'],
    env: { ...process.env, OPEN_BENCH_ENGINE: '1' },
  });
  const [measured] = (await once(child, 'message')) as [Measured];
  await once(child, 'exit');
  return measured;
}

function report(name: string, bytes: number, measured: Measured): void {
  const { flows, seconds, firstRows, idle, peak, live, loopDelay, windowP50, windowLongest, progressEvents } = measured;
  const rows: readonly (readonly [string, string])[] = [
    ['read', `${(bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(1)} s: ${(bytes / 1e6 / seconds).toFixed(0)} MB/s`],
    ['flows', `${flows}: ${Math.round(flows / seconds)} flows/s`],
    ['first rows after', `${firstRows.toFixed(2)} s`],
    ['RSS, most', `${(peak / 2 ** 20).toFixed(0)} MiB (${(idle / 2 ** 20).toFixed(0)} MiB before)`],
    ['live memory a flow', `${Math.round(live / flows)} bytes`],
    ['event loop held up, most', `${loopDelay.toFixed(0)} ms`],
    ['window of a filter', `${windowP50.toFixed(1)} ms median, ${windowLongest.toFixed(0)} ms longest`],
    ['session events', String(progressEvents)],
  ];
  console.log(`\n${name}`);
  for (const [what, value] of rows) console.log(`  ${what.padEnd(26)}${value}`);
}

if (process.env.OPEN_BENCH_ENGINE !== undefined) {
  const [path, share] = process.argv.slice(2);
  const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-bench-'));
  try {
    process.send!(await measure(path!, folder, Number(share)));
  } finally {
    rmSync(folder, { recursive: true });
  }
  process.disconnect();
} else {
  const megabytes = Number(process.argv[2] ?? 1000);
  const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-bench-'));
  try {
    const path = process.argv[3] ?? join(folder, 'mixed.pcap');
    if (process.argv[3] === undefined) {
      console.log(`${writeMixedCapture(path, megabytes * 1e6)} calls written`);
    }
    const { size } = statSync(path);
    const start = performance.now();
    readAll(path);
    console.log(`the bytes alone: ${(size / 1e3 / (performance.now() - start)).toFixed(0)} MB/s`);
    report('whole file', size, await inOwnProcess(path, 1));
    report('cancelled at a third', size / 3, await inOwnProcess(path, 1 / 3));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
