import type { Header } from '../../model/exchange.ts';

/** A field line that was seen before. */
export interface KnownFieldLine {
  readonly line: Uint8Array;
  readonly header: Header;
  /** The field is one of those that decide how the message goes on. */
  readonly decides: boolean;
}

const SLOTS = 2048;
/** Longer lines seldom come again. */
const MAX_LENGTH = 128;

/**
 * Field lines that come again and again: most of a header section is the same in every message of a client or server. A
 * known line costs a comparison, no text and no object. A line is kept when it comes for the second time in a row of those
 * with its slot, so that request identifiers do not drive out what repeats.
 */
export class FieldLineCache {
  private readonly known: (KnownFieldLine | null)[] = new Array(SLOTS).fill(null);
  private readonly lastHash = new Int32Array(SLOTS);

  /** The line `[start, end)` if it is known. `hash` is its `lineHash`. */
  find(hash: number, bytes: Uint8Array, start: number, end: number): KnownFieldLine | null {
    const known = this.known[slotOf(hash)]!;
    if (known === null) return null;
    const { line } = known;
    if (line.length !== end - start) return null;
    for (let at = 0; at < line.length; at++) if (line[at] !== bytes[start + at]) return null;
    return known;
  }

  /** Keeps the line if it came before. */
  offer(hash: number, bytes: Uint8Array, start: number, end: number, header: Header, decides: boolean): void {
    if (end - start > MAX_LENGTH) return;
    const slot = slotOf(hash);
    if (this.lastHash[slot] === hash) this.known[slot] = { line: bytes.slice(start, end), header, decides };
    else this.lastHash[slot] = hash;
  }
}

/** Of the length and some octets of a line that is not empty: lines that are alike in these take turns, which costs time only. */
export function lineHash(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  let hash = length;
  hash = Math.imul(hash, 31) + bytes[start]!;
  hash = Math.imul(hash, 31) + bytes[start + (length >>> 2)]!;
  hash = Math.imul(hash, 31) + bytes[start + (length >>> 1)]!;
  hash = Math.imul(hash, 31) + bytes[end - 1 - (length >>> 2)]!;
  for (let at = Math.max(start, end - 4); at < end; at++) hash = Math.imul(hash, 31) + bytes[at]!;
  return hash | 0;
}

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 11) ^ (hash >>> 22)) & (SLOTS - 1);
}
