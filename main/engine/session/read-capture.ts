import { setImmediate } from 'node:timers/promises';
import { growingFile } from '../../../app/api/contract.ts';
import type { CaptureFileEvents } from '../../../app/formats/capture-events.ts';
import { createCaptureFileReader } from '../../../app/formats/capture-file-reader.ts';
import type { Problem } from '../../../app/model/problem.ts';
import { openCaptureBytes } from './capture-bytes.ts';

/** How long the reading keeps its thread from all else, progress among it. Milliseconds. */
const sliceTime = 8;
/** Bytes that are decoded between two looks at the clock. */
const sliceStep = 1 << 15;

/**
 * Reads a capture file of any format from its beginning to the end that it has now, in slices between which its thread
 * answers; `onProgress` may hold it up. The disk is read and compression undone on other threads meanwhile. With `follow`, it goes
 * on reading whenever the file grows; `signal` at a time when all was read ends that in good order.
 * @throws RequestError when the file cannot be opened; whatever is wrong inside is told to `events.problem`
 * @throws AbortError when `signal` says so
 */
export async function readCapture(
  path: string,
  events: CaptureFileEvents,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void | Promise<void>,
  follow = false,
): Promise<void> {
  signal.throwIfAborted();
  const { chunks, done, total, grew, ended } = await openCaptureBytes(path, follow ? signal : null);
  let isExplained = false;
  let isCapture = true;
  const reader = createCaptureFileReader({
    ...events,
    problem: (problem) => {
      if (problem.code === 'file.format') isCapture = false;
      // That the end is missing was told with the reason, or is no damage.
      if (!isExplained) events.problem(problem);
    },
  });
  let sliceStart = performance.now();
  try {
    for await (const chunk of chunks) {
      if (chunk.length === 0) {
        // All that there is for now is to be seen.
        await onProgress(done(), total());
        if (!isCapture) break;
        sliceStart = performance.now();
        continue;
      }
      for (let at = 0; at < chunk.length; at += sliceStep) {
        reader.push(chunk.subarray(at, at + sliceStep));
        if (performance.now() - sliceStart < sliceTime) continue;
        await onProgress(done(), total());
        await setImmediate();
        signal.throwIfAborted();
        sliceStart = performance.now();
      }
      signal.throwIfAborted();
    }
  } catch (error) {
    if (signal.aborted) throw error;
    // A compressed file that ends early or is damaged: what came before is kept.
    const text = `The file could not be read to its end: ${error instanceof Error ? error.message : error}.`;
    events.problem({ severity: 'error', code: 'file.broken', text, range: [0, total()] });
    isExplained = true;
  }
  const why = follow ? ended() : await growingProblem(total(), grew);
  if (why !== null) events.problem(why);
  // Where somebody was still writing, the last packet is seldom whole.
  isExplained ||= follow || why !== null;
  reader.end();
  await onProgress(total(), total());
}

async function growingProblem(total: number, grew: () => Promise<boolean>): Promise<Problem | null> {
  if (total === 0 || !(await grew().catch(() => false))) return null;
  const text = `The file is still being written: its first ${total} bytes are shown. Follow it to see what comes.`;
  return { severity: 'note', code: growingFile, text };
}
