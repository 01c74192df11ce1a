import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../app/model/problem.ts';
import { FileDecoding } from '../../main/engine/decoding/file-decoding.ts';
import { FlowStore } from '../../main/engine/session/flow-store.ts';
import { SpillReader } from '../../main/engine/store/spill-reader.ts';
import { writeHttp1Traffic } from '../bench/decode/http1-traffic.ts';

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
      /^Reading broke off after \d+ of \d+ bytes: .*memory.* What was read before is shown\.$/,
    );
    expect(flows.index.total).toBeLessThan(transactions);
    expect(everyExchange(flows)).toBe(true);
    spill.close();
  });
});
