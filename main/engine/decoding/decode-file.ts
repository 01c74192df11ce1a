import type { MessagePort } from 'node:worker_threads';
import { RequestError } from '../api/request-error.ts';
import { readCapture } from '../session/read-capture.ts';
import { SpillFile } from '../store/spill-file.ts';
import { ChangeBatch } from './change-batch.ts';
import type { DecodingCommand, DecodingEnd, DecodingTask, FileProgress } from './decoder-messages.ts';
import { FlowDecoder } from './flow-decoder.ts';
import { StepTeller } from './step-teller.ts';

/** Reads one capture file from its beginning to its end, or as it grows until it is told to stop, and tells step by step what it found. */
export async function decodeFile(task: DecodingTask, port: MessagePort): Promise<void> {
  const spill = new SpillFile(task.spill);
  const batch = new ChangeBatch();
  const decoder = new FlowDecoder(spill, batch);
  const teller = new StepTeller<FileProgress>(port, spill, batch);
  const cancelled = new AbortController();
  let last: FileProgress = { done: 0, total: 0 };
  let wake = (): void => {};

  port.on('message', ({ type }: DecodingCommand) => {
    if (type === 'cancel') cancelled.abort();
    else teller.taken();
    wake();
  });

  /** Tells how far it has come, and waits while the engine is behind. */
  async function step(): Promise<void> {
    decoder.flush();
    teller.step(last, decoder.packets);
    while (teller.isHeldUp && !cancelled.signal.aborted) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  async function read(): Promise<DecodingEnd['refusal']> {
    try {
      await readCapture(
        task.path,
        {
          packet: (packet) => decoder.packet(packet),
          problem: (problem) => teller.problem(problem),
          names: (address, names) => {
            for (const name of names) decoder.learnName(address, name);
          },
          identity: (address, identity) => decoder.learnIdentity(address, identity),
        },
        cancelled.signal,
        (done, total) => {
          last = { done, total };
          return step();
        },
        task.follow,
      );
    } catch (error) {
      if (error instanceof RequestError) return { code: error.code, message: error.message };
      if (!cancelled.signal.aborted) throw error;
    }
    decoder.end();
    const { leftOver } = decoder;
    if (leftOver !== null) teller.problem(leftOver);
    await step();
    return null;
  }

  const end: DecodingEnd = { type: 'end', refusal: await read() };
  spill.close();
  port.postMessage(end);
  port.close();
}
