import { type BodyForm, largestBodySlice } from '../../app/api/types.ts';
import { decodeBase64 } from '../detail/body-bytes.ts';
import type { EngineClient } from '../transport/engine-client.ts';

/** Which body, in which form. */
export interface BodyChoice {
  readonly id: number;
  readonly side: 'request' | 'answer';
  readonly form: BodyForm;
}

/** Fetches all that is stored of a body, slice by slice; null when it was cancelled. */
export async function wholeBody(
  client: EngineClient,
  { id, side, form }: BodyChoice,
  { isCancelled, progress }: { isCancelled(): boolean; progress(done: number, total: number): void },
): Promise<BlobPart[] | null> {
  const parts: BlobPart[] = [];
  let offset = 0;
  let total = 1;
  while (offset < total) {
    if (isCancelled()) return null;
    const slice = await client.request('flows.body', { id, side, form, offset, limit: largestBodySlice });
    const bytes = decodeBase64(slice.bytes);
    // A body that ended sooner than was told goes no further.
    total = bytes.length === 0 ? offset : slice.total;
    offset += bytes.length;
    parts.push(bytes);
    progress(offset, total);
  }
  return isCancelled() ? null : parts;
}
