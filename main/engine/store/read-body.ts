import type { Body } from '../../../app/model/exchange.ts';
import type { Spill } from './spill.ts';

/** Most bytes of one body that are put together in memory. */
const maximumBody = 256 << 20;

/**
 * Stored bytes of a body, `offset` to `offset + limit`, put together from its chunks. What a full disk did not take is
 * zero, so that what comes after keeps its place.
 */
export function readBody(spill: Spill, body: Body, offset = 0, limit = maximumBody): Uint8Array {
  const length = Math.max(0, Math.min(limit, body.stored - offset, maximumBody));
  const bytes = new Uint8Array(length);
  let chunkStart = 0;
  for (const chunk of body.chunks) {
    const from = Math.max(offset, chunkStart);
    const to = Math.min(offset + length, chunkStart + chunk.length);
    if (from < to) {
      const run = spill.read(chunk.offset + from - chunkStart, to - from);
      if (run !== null) bytes.set(run, from - offset);
    }
    chunkStart += chunk.length;
    if (chunkStart >= offset + length) break;
  }
  return bytes;
}
