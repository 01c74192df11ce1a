import type { Body, BodyStore, Nanoseconds } from '../../model/exchange.ts';

/** A body that has no bytes yet. */
export function emptyBody(): Body {
  return { chunks: [], stored: 0, length: 0 };
}

/** Puts bytes of a body in the store. Runs that arrived at one time and lie side by side in the store become one chunk. */
export function storeBody(body: Body, store: BodyStore, bytes: Uint8Array, time: Nanoseconds): void {
  const length = bytes.length;
  if (length === 0) return;
  const offset = store.append(bytes);
  const last = body.chunks.at(-1);
  if (last !== undefined && last.length > 0 && last.time === time && last.offset + last.length === offset) {
    last.length += length;
  } else {
    body.chunks.push({ time, offset, length });
  }
  body.stored += length;
  body.length += length;
}

/** Notes that `length` bytes of the body are missing from the capture here: an empty chunk marks the place. */
export function skipBody(body: Body, length: number, time: Nanoseconds): void {
  body.chunks.push({ time, offset: 0, length: 0, lostBefore: length });
  body.length += length;
}
