const SLOTS = 4096;
/** Longer texts seldom come again. */
const MAXIMUM_LENGTH = 64;

/**
 * Reads UTF-8, and gives the same string again for short texts that come again and again: names of fields, pods and
 * hosts cost a comparison, no decoding and no memory. A text is kept when it comes for the second time in a row of those
 * with its slot, so that identifiers do not drive out what repeats.
 */
export class TextCache {
  private readonly known: (KnownText | undefined)[] = new Array(SLOTS).fill(undefined);
  private readonly lastHash = new Int32Array(SLOTS);
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });

  /** The text of `[start, end)`. Throws TypeError when that is not UTF-8. */
  read(bytes: Uint8Array, start: number, end: number): string {
    if (start === end) return '';
    if (end - start > MAXIMUM_LENGTH) return this.decoder.decode(bytes.subarray(start, end));
    const hash = textHash(bytes, start, end);
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.known[slot];
    if (known !== undefined && isEqual(known.bytes, bytes, start, end)) return known.text;
    const text = this.decoder.decode(bytes.subarray(start, end));
    if (this.lastHash[slot] === hash) this.known[slot] = { bytes: bytes.slice(start, end), text };
    else this.lastHash[slot] = hash;
    return text;
  }
}

interface KnownText {
  readonly bytes: Uint8Array;
  readonly text: string;
}

function isEqual(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let at = 0; at < known.length; at++) if (known[at] !== bytes[start + at]) return false;
  return true;
}

/** FNV-1a, 32 bits. */
function textHash(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash | 0;
}
