import { parentPort, workerData } from 'node:worker_threads';
import { Random } from './random.ts';
import { targets } from './targets/all.ts';

/** What a worker is started with. */
export interface FuzzWork {
  readonly seed: number;
  /** When to stop, by `Date.now()`; or after so many inputs. */
  readonly until: number;
  readonly inputs: number;
  readonly only: string;
  /** Shared with whoever watches: number of inputs begun, length of the input under way, and the input itself. */
  readonly shared: SharedArrayBuffer;
}

/** What a worker tells about an input that went wrong. */
export interface FuzzFailure {
  readonly target: string;
  readonly seed: number;
  readonly input: Uint8Array;
  readonly error: string;
}

const { seed, until, inputs, only, shared } = workerData as FuzzWork;
const counters = new Int32Array(shared, 0, 3);
const current = new Uint8Array(shared, 12);
const chosen = targets.filter(({ name }) => only === '' || name === only);
const random = new Random(seed);
const seen = new Set<string>();

for (let count = 0; count < inputs; count++) {
  if (count % 256 === 0 && Date.now() >= until) break;
  const target = random.pick(chosen);
  const input = target.generate(random);
  const cutSeed = random.next();
  current.set(input.subarray(0, current.length));
  counters[1] = input.length;
  counters[2] = targets.indexOf(target);
  Atomics.add(counters, 0, 1);
  try {
    target.run(input, new Random(cutSeed));
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    // One report for each kind of failure is enough.
    const kind = text.split('\n').slice(0, 1).join().slice(0, 60) + (text.match(/at .*app\/[^\n]*/)?.[0] ?? '');
    if (seen.has(kind)) continue;
    seen.add(kind);
    const failure: FuzzFailure = { target: target.name, seed: cutSeed, input, error: text };
    parentPort?.postMessage(failure);
  }
}
