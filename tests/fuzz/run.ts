import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Random } from './random.ts';
import { targets } from './targets/all.ts';
import type { FuzzFailure, FuzzWork } from './worker.ts';

const usage = `Mutates inputs of every reader and decoder and runs them: nothing may throw, hang, grow past its bound or depend on how
input is cut. Inputs that fail are kept in a folder and can be run again.

usage: node tests/fuzz/run.ts [--seconds N] [--inputs N] [--workers N] [--seed N] [--target ${targets.map(({ name }) => name).join('|')}]
       node tests/fuzz/run.ts --again TARGET SEED FILE`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    inputs: { type: 'string', default: 'Infinity' },
    workers: { type: 'string', default: '2' },
    seed: { type: 'string' },
    target: { type: 'string', default: '' },
    again: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
/** An input takes well under a millisecond. One that takes so long will not end. */
const HANG = 10_000;
const MAXIMUM_RSS = 1.5e9;
const INPUT_CAPACITY = 65_536;

if (values.help) console.log(usage);
else if (values.again) await runAgain(positionals);
else process.exitCode = await fuzz();

/** Runs one kept input in this thread, where a debugger can follow it. */
async function runAgain([name, seed, file]: readonly string[]): Promise<void> {
  const target = targets.find((each) => each.name === name);
  if (target === undefined || file === undefined) throw new Error(usage);
  const { readFileSync } = await import('node:fs');
  target.run(new Uint8Array(readFileSync(file)), new Random(Number(seed)));
  console.log('It went through.');
}

async function fuzz(): Promise<number> {
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  const folder = join(tmpdir(), `packet-inspector-fuzz-${seed}`);
  const workers = Number(values.workers);
  const start = Date.now();
  let failures = 0;
  let total = 0;

  function keep(failure: FuzzFailure): void {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${failure.target}-${failures++}.bin`);
    writeFileSync(file, failure.input);
    console.error(`\n${failure.error}\nnode tests/fuzz/run.ts --again ${failure.target} ${failure.seed} ${file}`);
  }

  async function runWorker(index: number): Promise<void> {
    const shared = new SharedArrayBuffer(12 + INPUT_CAPACITY);
    const counters = new Int32Array(shared, 0, 3);
    const work: FuzzWork = {
      seed: seed + index * 7919,
      until: start + Number(values.seconds) * 1000,
      inputs: Number(values.inputs) / workers,
      only: values.target,
      shared,
    };
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: work });
    worker.on('message', keep);
    let before = -1;
    const watch = setInterval(() => {
      const hangs = counters[0] === before;
      before = counters[0]!;
      if (!hangs && process.memoryUsage().rss < MAXIMUM_RSS) return;
      const input = new Uint8Array(shared, 12, counters[1]).slice();
      const target = targets[counters[2]!]!.name;
      keep({ target, seed: 0, input, error: hangs ? 'It does not end.' : 'Memory grows without bound.' });
      void worker.terminate();
    }, HANG);
    await new Promise<void>((resolve, reject) => {
      worker.on('exit', () => resolve());
      worker.on('error', reject);
    });
    clearInterval(watch);
    total += counters[0]!;
  }

  await Promise.all(Array.from({ length: workers }, (_, index) => runWorker(index)));
  const seconds = (Date.now() - start) / 1000;
  const rate = Math.round(total / seconds);
  console.log(`${total} inputs in ${seconds.toFixed(0)} s (${rate} each second), seed ${seed}: ${failures} failed`);
  return failures === 0 ? 0 : 1;
}
