import { readSync } from 'node:fs';

/** Reads `length` bytes from `offset` of the file on to the beginning of `into`; false when the file ends before. */
export function readFully(descriptor: number, into: Uint8Array, length: number, offset: number): boolean {
  let done = 0;
  while (done < length) {
    const count = readSync(descriptor, into, done, length - done, offset + done);
    if (count === 0) return false;
    done += count;
  }
  return true;
}
