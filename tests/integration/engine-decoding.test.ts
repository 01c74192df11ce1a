import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../app/model/problem.ts';
import { FileDecoding } from '../../main/engine/decoding/file-decoding.ts';
import { LiveDecoding } from '../../main/engine/decoding/live-decoding.ts';
import { FlowStore } from '../../main/engine/session/flow-store.ts';
import { SpillReader } from '../../main/engine/store/spill-reader.ts';
import { writeHttp1Traffic } from '../bench/decode/http1-traffic.ts';
import { callDocuments } from '../support/capture-documents.ts';

const transactions = 20_000;

let folder: string;
let capture: string;
let spills = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'packet-inspector-decoding-'));
  capture = join(folder, 'http1.pcap');
  writeHttp1Traffic(capture, transactions, 8080);
});

afterAll(() => rmSync(folder, { recursive: true }));

function decode(options: { heap?: number; onProgress?: (decoding: FileDecoding, flows: FlowStore) => void } = {}) {
  const spill = new SpillReader(join(folder, `spill-${spills++}`));
  const flows = new FlowStore(spill);
  const problems: Problem[] = [];
  const decoding: FileDecoding = new FileDecoding({
    path: capture,
    spill,
    sink: flows,
    onProblem: (problem) => problems.push(problem),
    onProgress: () => options.onProgress?.(decoding, flows),
    ...(options.heap !== undefined && { heap: options.heap }),
  });
  return { decoding, flows, problems, spill };
}

function everyExchange(flows: FlowStore): boolean {
  for (let id = 0; id < flows.count; id++) if (flows.observations(id).wire?.request == null) return false;
  return true;
}

describe('decoding a file', () => {
  it('leaves the thread of the engine free', async () => {
    const turns: number[] = [];
    let reading = true;
    let before = process.threadCpuUsage();
    const start = before;
    const all = process.cpuUsage();
    const turn = () => {
      const now = process.threadCpuUsage();
      turns.push((now.user + now.system - before.user - before.system) / 1000);
      before = now;
      if (reading) setTimeout(turn, 0);
    };
    const { decoding, flows, problems, spill } = decode();
    turn();
    await decoding.over;
    reading = false;
    const own = process.threadCpuUsage(start);
    const whole = process.cpuUsage(all);
    expect([flows.index.total, problems]).toEqual([transactions, []]);
    expect(everyExchange(flows)).toBe(true);
    // In time of the processor, which does not pass faster on a busy machine.
    expect((own.user + own.system) / (whole.user + whole.system)).toBeLessThan(0.5);
    expect(Math.max(...turns)).toBeLessThan(100);
    spill.close();
  });

  it('keeps what was read when it is cancelled', async () => {
    const { decoding, flows, problems, spill } = decode({ onProgress: (running) => running.cancel() });
    await decoding.over;
    expect(flows.index.total).toBeGreaterThan(0);
    expect(flows.index.total).toBeLessThan(transactions);
    expect([flows.index.open, everyExchange(flows), problems]).toEqual([0, true, []]);
    spill.close();
  });

  it('tells when its thread breaks down, and keeps what was read', async () => {
    // Too little for what waits for names.
    const { decoding, flows, problems, spill } = decode({ heap: 12 });
    await decoding.over;
    expect(problems).toMatchObject([{ severity: 'error', code: 'file.decoder' }]);
    expect(problems[0]!.text).toMatch(
      /^Reading stopped after \d+ of \d+ bytes: .*memory.* What was read until then is shown\.$/,
    );
    expect(flows.index.total).toBeLessThan(transactions);
    expect(everyExchange(flows)).toBe(true);
    spill.close();
  });
});

function decodeLive(path = join(folder, `session-${spills}.pcapng`)) {
  const spill = new SpillReader(join(folder, `spill-${spills++}`));
  const flows = new FlowStore(spill);
  const problems: Problem[] = [];
  const decoding = new LiveDecoding({
    path,
    spill,
    sink: flows,
    onProblem: (problem) => problems.push(problem),
    onChange: () => {},
  });
  const feed = (number: number) => {
    for (const document of callDocuments(number)) decoding.document(document, []);
  };
  return { decoding, flows, problems, feed, spill };
}

describe('decoding live captures', () => {
  it('asks to wait while it is behind, and then goes on; none is lost', async () => {
    const { decoding, flows, problems, feed, spill } = decodeLive();
    let number = 0;
    while (decoding.room() === null) feed(number++);
    // A few megabytes.
    expect(number).toBeGreaterThan(500);
    expect(number).toBeLessThan(10_000);
    await decoding.room();
    expect(decoding.room()).toBeNull();
    for (const end = number + 100; number < end; ) feed(number++);
    await decoding.flush();
    expect([flows.index.total, flows.index.open, problems]).toEqual([number, 0, []]);
    expect(decoding.packets).toBeGreaterThan(number);
    for (let id = 0; id < flows.count; id++) {
      const { consumer, producer } = flows.observations(id);
      expect([consumer?.request, producer?.answer]).not.toContain(null);
    }
    await decoding.close();
    spill.close();
  });

  it('has what was taken last in the file when it is closed', async () => {
    const path = join(folder, 'closed.pcapng');
    const { decoding, feed, spill } = decodeLive(path);
    feed(0);
    await decoding.close();
    feed(1);
    await decoding.flush();
    spill.close();
    const again = new SpillReader(join(folder, `spill-${spills++}`));
    const flows = new FlowStore(again);
    await new FileDecoding({ path, spill: again, sink: flows, onProblem: () => {}, onProgress: () => {} }).over;
    expect(flows.index.total).toBe(1);
    again.close();
  });

  it('tells when its thread breaks down, and nobody waits for it', async () => {
    const path = join(folder, 'taken.pcapng');
    writeFileSync(path, '');
    const { decoding, problems, feed } = decodeLive(path);
    while (decoding.room() === null) feed(0);
    await decoding.room();
    await decoding.flush();
    expect(problems).toMatchObject([{ severity: 'error', code: 'session.decoder' }]);
    expect(problems[0]!.text).toMatch(/^Captures are no longer decoded: EEXIST.*\. What came before is shown\./);
    await decoding.close();
  });
});
