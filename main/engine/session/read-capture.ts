import { setImmediate } from 'node:timers/promises';
import type { CaptureFileEvents } from '../../../app/formats/capture-events.ts';
import { createCaptureFileReader } from '../../../app/formats/capture-file-reader.ts';
import { openCaptureBytes } from './capture-bytes.ts';

/** How long the reading keeps the engine from answering. Milliseconds. */
const sliceTime = 8;

/**
 * Reads a capture file of any format from its beginning to its end, in slices between which the engine answers.
 * @throws RequestError when the file cannot be opened; whatever is wrong inside is told to `events.problem`
 * @throws AbortError when `signal` says so
 */
export async function readCapture(
  path: string,
  events: CaptureFileEvents,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const { chunks, done, total } = await openCaptureBytes(path, signal);
  const reader = createCaptureFileReader(events);
  let sliceStart = performance.now();
  try {
    for await (const chunk of chunks) {
      signal.throwIfAborted();
      reader.push(chunk);
      if (performance.now() - sliceStart < sliceTime) continue;
      onProgress(done(), total);
      await setImmediate();
      sliceStart = performance.now();
    }
  } catch (error) {
    if (signal.aborted) throw error;
    // A compressed file that ends early or is damaged: what came before is kept.
    const text = `The file could not be read to its end: ${error instanceof Error ? error.message : error}.`;
    events.problem({ severity: 'error', code: 'file.broken', text, range: [0, total] });
  }
  reader.end();
  onProgress(total, total);
}
