import { setImmediate } from 'node:timers/promises';
import type { CaptureFileEvents } from '../../../app/formats/capture-events.ts';
import { createCaptureFileReader } from '../../../app/formats/capture-file-reader.ts';
import { openCaptureBytes } from './capture-bytes.ts';

/** How long the reading keeps its thread from all else, progress among it. Milliseconds. */
const sliceTime = 8;
/** Bytes that are decoded between two looks at the clock. */
const sliceStep = 1 << 15;

/**
 * Reads a capture file of any format from its beginning to the end that it has now, in slices between which its thread
 * answers; `onProgress` may hold it up. The disk is read and compression undone on other threads meanwhile.
 * @throws RequestError when the file cannot be opened; whatever is wrong inside is told to `events.problem`
 * @throws AbortError when `signal` says so
 */
export async function readCapture(
  path: string,
  events: CaptureFileEvents,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void | Promise<void>,
): Promise<void> {
  signal.throwIfAborted();
  const { chunks, done, total, grew } = await openCaptureBytes(path);
  let isExplained = false;
  const reader = createCaptureFileReader({
    ...events,
    problem: (problem) => {
      // That the end is missing was told with the reason, or is no damage.
      if (!isExplained) events.problem(problem);
    },
  });
  let sliceStart = performance.now();
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += sliceStep) {
        reader.push(chunk.subarray(at, at + sliceStep));
        if (performance.now() - sliceStart < sliceTime) continue;
        await onProgress(done(), total);
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
    events.problem({ severity: 'error', code: 'file.broken', text, range: [0, total] });
    isExplained = true;
  }
  if (total > 0 && (await grew().catch(() => false))) {
    isExplained = true;
    const text = `The file is still being written: its first ${total} bytes are shown. Open it again for what came after.`;
    events.problem({ severity: 'note', code: 'file.growing', text });
  }
  reader.end();
  await onProgress(total, total);
}
