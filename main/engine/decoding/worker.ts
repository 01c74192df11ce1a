/**
 * The program of the decoding thread: reads one capture file from its beginning to its end, or until it is told to stop,
 * and tells step by step what it found.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Problem } from '../../../app/model/problem.ts';
import { RequestError } from '../api/request-error.ts';
import { readCapture } from '../session/read-capture.ts';
import { SpillFile } from '../store/spill-file.ts';
import { ChangeBatch } from './change-batch.ts';
import type { DecodingCommand, DecodingEnd, DecodingStep, DecodingTask } from './decoder-messages.ts';
import { FlowDecoder } from './flow-decoder.ts';

/** Steps that may be on their way to the engine; a busy engine holds the reading up, not its own memory. */
const maximumUntaken = 8;

const port = parentPort!;
const task = workerData as DecodingTask;
const spill = new SpillFile(task.spill);
const batch = new ChangeBatch();
const decoder = new FlowDecoder(spill, batch);
const cancelled = new AbortController();
let problems: Problem[] = [];
let untaken = 0;
let taken = (): void => {};

port.on('message', (command: DecodingCommand) => {
  if (command === 'cancel') cancelled.abort();
  else untaken--;
  taken();
});

/** Tells how far it has come, and waits while the engine is behind. */
async function step(done: number, total: number): Promise<void> {
  decoder.flush();
  spill.flush();
  const changes = batch.take();
  const state = { lost: [...spill.lost], problem: spill.problem };
  const message: DecodingStep = {
    type: 'step',
    changes,
    problems,
    done,
    total,
    packets: decoder.packets,
    spill: state,
  };
  problems = [];
  port.postMessage(message, changes === null ? [] : [changes.buffer]);
  untaken++;
  while (untaken >= maximumUntaken && !cancelled.signal.aborted) {
    await new Promise<void>((resolve) => {
      taken = resolve;
    });
  }
}

async function decode(): Promise<DecodingEnd['refusal']> {
  let last: readonly [done: number, total: number] = [0, 0];
  try {
    await readCapture(
      task.path,
      {
        packet: (packet) => decoder.packet(packet),
        problem: (problem) => problems.push(problem),
        names: (address, names) => {
          for (const name of names) decoder.learnName(address, name);
        },
        identity: (address, identity) => decoder.learnIdentity(address, identity),
      },
      cancelled.signal,
      (done, total) => {
        last = [done, total];
        return step(done, total);
      },
    );
  } catch (error) {
    if (error instanceof RequestError) return { code: error.code, message: error.message };
    if (!cancelled.signal.aborted) throw error;
  }
  decoder.end();
  await step(...last);
  return null;
}

const end: DecodingEnd = { type: 'end', refusal: await decode() };
spill.close();
port.postMessage(end);
port.close();
