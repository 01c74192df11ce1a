import type { Header } from '../../model/exchange.ts';

/** A field line that was seen before. */
export interface KnownFieldLine {
  readonly line: Uint8Array;
  readonly header: Header;
  /** The field is one of those that decide how the message goes on. */
  readonly decides: boolean;
  readonly slot: number;
  /** Slot of the known line that came behind this one when it was last seen; -1 when there was none. */
  nextSlot: number;
}

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const SLOTS = 2048;
/** Longer lines seldom come again. */
const MAX_LENGTH = 128;

/**
 * Field lines that come again and again: most of a header section is the same in every message of a client or server. A
 * known line costs a comparison, no text and no object. A line is kept when it comes for the third time in a row of those
 * with its slot, so that request identifiers, which come with both sidecars' captures, do not drive out what repeats.
 */
export class FieldLineCache {
  private readonly known: (KnownFieldLine | null)[] = new Array(SLOTS).fill(null);
  private readonly latest = new Int32Array(SLOTS);
  /** The one before `latest` was the same. */
  private readonly cameTwice = new Uint8Array(SLOTS);

  /** The line `[start, end)` if it is known. `hash` is its `lineHash`. */
  find(hash: number, bytes: Uint8Array, start: number, end: number): KnownFieldLine | null {
    const known = this.known[slotOf(hash)]!;
    if (known === null) return null;
    const { line } = known;
    if (line.length !== end - start) return null;
    for (let at = 0; at < line.length; at++) if (line[at] !== bytes[start + at]) return null;
    return known;
  }

  /** Keeps the line if it came twice before. */
  offer(hash: number, bytes: Uint8Array, start: number, end: number, header: Header, decides: boolean): void {
    if (end - start > MAX_LENGTH) return;
    const slot = slotOf(hash);
    const whole = wholeHash(bytes, start, end);
    if (this.latest[slot] !== whole) {
      this.latest[slot] = whole;
      this.cameTwice[slot] = 0;
    } else if (this.cameTwice[slot] === 0) this.cameTwice[slot] = 1;
    else this.known[slot] = { line: bytes.slice(start, end), header, decides, slot, nextSlot: -1 };
  }

  /** The line that came behind `line` before, if it stands at `start` again, with CRLF behind it. */
  findNext(line: KnownFieldLine, bytes: Uint8Array, start: number, limit: number): KnownFieldLine | null {
    const next = line.nextSlot < 0 ? null : this.known[line.nextSlot]!;
    return next !== null && standsAt(next.line, bytes, start, limit) ? next : null;
  }
}

function standsAt(line: Uint8Array, bytes: Uint8Array, start: number, limit: number): boolean {
  const end = start + line.length;
  if (end + 2 > limit || bytes[end] !== CARRIAGE_RETURN || bytes[end + 1] !== LINE_FEED) return false;
  for (let at = 0; at < line.length; at++) if (line[at] !== bytes[start + at]) return false;
  return true;
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

/** FNV-1a, 32 bits: of all octets, since identifiers that count up differ in few. */
function wholeHash(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash | 0;
}

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 11) ^ (hash >>> 22)) & (SLOTS - 1);
}
