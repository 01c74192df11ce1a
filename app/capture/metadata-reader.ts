import type { CaptureMetadata } from './metadata.ts';
import { type EmbeddedDocument, readText } from './read-bson.ts';

/** What metadata begins with, behind its length: `version` 1 as int32, and the head of the string `id`. */
const BEGINNING = new TextEncoder().encode('\x10version\0\x01\0\0\0\x02id\0');
/** Where the id's own length stands. */
const ID_LENGTH_AT = 4 + BEGINNING.length;
/** A power of two. */
const SLOTS = 1024;

interface KnownMetadata {
  /** Everything behind the id. */
  readonly rest: DataView;
  readonly metadata: CaptureMetadata;
}

/**
 * Reads metadata out of BSON. The captures of one connection mostly say the same but for their ids: then only the id is read, and
 * all else is compared. What comes in between with the same slot takes its place.
 */
export class MetadataReader {
  private readonly slots: (KnownMetadata | undefined)[] = new Array(SLOTS).fill(undefined);
  private readonly lastHash = new Int32Array(SLOTS);

  /** `parse` reads what did not come before. */
  read(document: EmbeddedDocument, parse: (document: EmbeddedDocument) => CaptureMetadata): CaptureMetadata {
    const rest = endOfId(document);
    if (rest < 0) return parse(document);
    const { bytes, view, start, end } = document;
    const hash = hashOf(view, rest, end);
    const slot = (hash ^ (hash >>> 13)) & (SLOTS - 1);
    const known = this.slots[slot];
    if (known !== undefined && isEqual(known.rest, view, rest, end)) {
      return { ...known.metadata, id: readText(bytes, start + ID_LENGTH_AT + 4, rest - 1) };
    }
    const metadata = parse(document);
    // Only what comes a second time, so that what never comes again costs no copy.
    if (this.lastHash[slot] === hash)
      this.slots[slot] = { rest: new DataView(bytes.slice(rest, end).buffer), metadata };
    this.lastHash[slot] = hash;
    return metadata;
  }
}

/** Where the fields behind the id begin; -1 when it does not begin as ours do. */
function endOfId({ bytes, view, start, end }: EmbeddedDocument): number {
  if (start + ID_LENGTH_AT + 4 > end) return -1;
  for (let at = 0; at < BEGINNING.length; at++) if (bytes[start + 4 + at] !== BEGINNING[at]) return -1;
  const length = view.getInt32(start + ID_LENGTH_AT, true);
  const rest = start + ID_LENGTH_AT + 4 + length;
  return length > 0 && rest < end && bytes[rest - 1] === 0 ? rest : -1;
}

/** FNV-1a by words of 32 bits, and the bytes that are left. */
function hashOf(view: DataView, start: number, end: number): number {
  let hash = 0x811c9dc5;
  let at = start;
  for (; at + 4 <= end; at += 4) hash = Math.imul(hash ^ view.getInt32(at, true), 0x01000193);
  for (; at < end; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x01000193);
  return hash;
}

function isEqual(known: DataView, view: DataView, start: number, end: number): boolean {
  const length = end - start;
  if (known.byteLength !== length) return false;
  let at = 0;
  for (; at + 4 <= length; at += 4) if (known.getInt32(at) !== view.getInt32(start + at)) return false;
  for (; at < length; at++) if (known.getUint8(at) !== view.getUint8(start + at)) return false;
  return true;
}
