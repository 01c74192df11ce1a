import type { MessagePort } from 'node:worker_threads';
import { SessionWriter } from '../session/session-writer.ts';
import { SpillFile } from '../store/spill-file.ts';
import { ChangeBatch } from './change-batch.ts';
import type { DecodingCommand, DecodingEnd, DecodingFlushed, DecodingTask, LiveProgress } from './decoder-messages.ts';
import { readDocuments } from './document-batch.ts';
import { LiveCapture } from './live-capture.ts';
import { StepTeller } from './step-teller.ts';

/** Steps come no sooner after one another: a frame of a screen has two. Milliseconds. */
const stepInterval = 8;
/** How often what was gathered goes to disk: a crash loses no more than that. Milliseconds. */
const flushInterval = 500;

/** Takes live captures until there are no more: into the session file, through the decoder, and step by step to the engine. */
export function decodeLive(task: DecodingTask, port: MessagePort): void {
  const spill = new SpillFile(task.spill);
  const writer = new SessionWriter(task.path);
  const batch = new ChangeBatch();
  const teller = new StepTeller<LiveProgress>(port, spill, batch);
  const capture = new LiveCapture(writer, spill, batch, (problem) => teller.problem(problem));
  let taken = 0;
  /** What of it is in a step. */
  let told = 0;
  let steppedAt = Number.NEGATIVE_INFINITY;
  let due: NodeJS.Timeout | null = null;

  function step(): void {
    if (due !== null) clearTimeout(due);
    due = null;
    capture.flush();
    teller.step({ taken, length: writer.length, problems: capture.problems }, capture.packets);
    told = taken;
    steppedAt = performance.now();
  }

  /** A step as soon as one may be told. */
  function stepSoon(): void {
    if (due !== null || teller.isHeldUp) return;
    const wait = steppedAt + stepInterval - performance.now();
    if (wait <= 0) step();
    else due = setTimeout(step, wait);
  }

  port.on('message', (command: DecodingCommand) => {
    switch (command.type) {
      case 'documents':
        readDocuments(command.bytes, (document, names) => capture.document(document, names));
        taken += command.bytes.length;
        stepSoon();
        break;
      case 'packets':
        capture.rawPackets(command.interfaceName, command.pcap);
        taken += command.pcap.length;
        stepSoon();
        break;
      case 'taken':
        teller.taken();
        if (taken > told) stepSoon();
        break;
      case 'flush':
        writer.flush();
        step();
        port.postMessage({ type: 'flushed' } satisfies DecodingFlushed);
        break;
      case 'end': {
        clearInterval(timer);
        writer.close();
        step();
        spill.close();
        port.postMessage({ type: 'end', refusal: null } satisfies DecodingEnd);
        port.close();
      }
    }
  });
  const timer = setInterval(() => {
    writer.flush();
    capture.expire(performance.now());
    stepSoon();
  }, flushInterval);
}
