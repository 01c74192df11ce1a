import { joinBytes } from '../../bytes/join.ts';
import type { Body, BodyChunk } from '../../model/exchange.ts';
import type { ReadStored } from '../messages/body-cursor.ts';
import { Base64Stream } from './base64-stream.ts';

/** A body with a coding undone, and how to read it. */
export interface DecodedBody {
  readonly body: Body;
  readonly read: ReadStored;
}

/** Decoded bytes that are held at most; what comes after is left out, as if it had been cut. */
const MAX_DECODED = 32 << 20;

/**
 * Undoes the base64 of a body of `application/grpc-web-text`; each chunk keeps its time. Ends at bytes that are missing
 * from the capture: groups of four digits cannot be told apart after them.
 */
export function decodeWebText(body: Body, read: ReadStored): DecodedBody {
  const base64 = new Base64Stream();
  const chunks: BodyChunk[] = [];
  const parts: Uint8Array[] = [];
  let stored = 0;
  for (const { time, offset, length, lostBefore } of body.chunks) {
    if (lostBefore !== undefined || stored >= MAX_DECODED) break;
    const text = read(offset, Math.min(length, MAX_DECODED));
    if (text === null) break;
    const bytes = base64.decode(text);
    chunks.push({ time, offset: stored, length: bytes.length });
    parts.push(bytes);
    stored += bytes.length;
  }
  const whole = joinBytes(parts);
  return {
    body: { chunks, stored, length: stored },
    read: (offset, length) => whole.subarray(offset, offset + length),
  };
}
