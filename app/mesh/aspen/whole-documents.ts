import { u32le } from '../../bytes/integers.ts';

/**
 * Where the last whole BSON document ends that begins at `from` or after it: a file may have been read in the middle of a
 * write. @throws Error where there is no BSON
 */
export function wholeDocumentsEnd(bytes: Uint8Array, from: number): number {
  let end = from;
  while (end + 4 <= bytes.length) {
    const length = u32le(bytes, end);
    if (length < 5) throw new Error(`there is no BSON document at byte ${end}`);
    if (end + length > bytes.length) break;
    end += length;
  }
  return end;
}
